import type { Divergence } from '@distillery/lab';

/** Where PISR's paper and its release differ, or leave a choice to us. The paper's tables could not be read. */
export const DIVERGENCES: readonly Divergence[] = [
  {
    point: 'Weight of VID',
    paper: 'losses are drawn as sums',
    code: 'lambda_S = 1e-6 on a mean over batch, channels and positions: the gradient hardly reaches the student',
    ours: 'as released (pisr), a sweep from 1e-6 to 1 with both gradient norms logged, and arms whose gradient is held at a tenth of L1’s',
  },
  {
    point: 'Density of VID',
    paper: 'Laplace, log b + |f - mu| / b',
    code: 'the first upload falls back to a Gaussian and a rate of 1e-4; a later commit sets Laplace and 1e-3; log 2b and a Gaussian constant left in',
    ours: 'Laplace at 1e-3, without the constant, which has no gradient; Gaussian and the original constant variance as arms',
  },
  {
    point: 'Scale of the density shared over positions or channels',
    paper: 'per position and channel',
    code: 'options to share it; the released configuration does not',
    ours: 'per position and channel; per channel in the original VID',
  },
  {
    point: 'Scales and students',
    paper: 'FSRCNN, VDSR, IDN and CARN at x2, x3 and x4',
    code: 'FSRCNN at x2 only; issue 15 asks which layer is distilled in the others and has no answer',
    ours: 'FSRCNN at all scales; the others at x2, distilled at the last map before the reconstruction',
  },
  {
    point: 'Decoder of VDSR',
    paper: 'not readable',
    code: 'none; VDSR takes an image that is already enlarged',
    ours: 'our VDSR enlarges its input bicubically itself, and so enlarges the code',
  },
  {
    point: 'Colour of CARN',
    paper: 'not readable',
    code: 'none; the FSRCNN release trains on luma',
    ours: 'CARN’s architecture is RGB: image and code have three channels',
  },
  {
    point: 'Initialisation of the other students',
    paper: 'not readable',
    code: 'FSRCNN: all five modules, the deconvolution too',
    ours: 'all parameters of the decoder, for every student',
  },
  {
    point: 'Retrained baselines (marked *)',
    paper: 'trained on the same data',
    code: 'no configuration is shipped',
    ours: 'the student alone, for one stage and, as a control, for both',
  },
  {
    point: 'A teacher without the privilege',
    paper: 'no such control is known',
    code: 'none',
    ours: 'the same autoencoder with the bicubically enlarged LR image at its input, so that only the information differs',
  },
  {
    point: 'PReLU and start of FSRCNN',
    paper: 'not stated',
    code: 'one slope per layer; PyTorch’s default start (the FSRCNN paper’s exists, switched off)',
    ours: 'as released: 12,644 parameters',
  },
  {
    point: 'Transposed convolution',
    paper: 'not stated',
    code: 'padding 4, output padding s - 1',
    ours: 'the same, checked against PyTorch',
  },
  {
    point: 'Multiply-adds of FSRCNN',
    paper: 'the 6.0, 5.0 and 4.6 G of the literature count the deconvolution per HR pixel',
    code: 'issue 7 measures 0.738 G at x4',
    ours: 'counted once per LR pixel: 2.872, 1.277 and 0.718 G for 1280x720',
  },
  {
    point: 'Schedule',
    paper: 'not stated',
    code: 'a half cosine over 1000 epochs of 1000 iterations that moves before each epoch, and so is one epoch ahead; the last epoch trains at its end, 1e-5',
    ours: 'the same at the full tier, over 2000 epochs in the control for the total length; below it the cosine moves at every step',
  },
  {
    point: 'Which checkpoint',
    paper: 'not stated',
    code: 'the checkpoint is written before an epoch’s training, so the one called 999 has seen 999 epochs; no selection',
    ours: 'the last step',
  },
];
