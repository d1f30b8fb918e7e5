import type { Divergence } from '@distillery/lab';

const SILENT = 'the paper could not be read; no official code was found';

/** What JDSR's readable sources (the abstract, a review, and an unfinished third-party port) leave open, and what we chose. */
export const DIVERGENCES: readonly Divergence[] = [
  {
    point: 'Depth of the encoder-decoder',
    paper: SILENT,
    code: 'port: option default 20 residual blocks, comments in the same file 8; four groups, which change nothing in the graph',
    ours: '8 at the full tier (0.67M and 0.69M parameters at x4), 4 and 1 below; neither half ships. Block residuals are not scaled',
  },
  {
    point: 'Blocks of the peer',
    paper: 'abstract: fewer than 300K parameters',
    code: 'port: counter 4 over sections of one block each; 4 blocks would have 341K to 362K parameters and contradict the abstract',
    ours: '2 blocks: 193,344, 201,984 and 214,080 parameters at x2, x3 and x4, counted in a test. 3 blocks would fit as well',
  },
  {
    point: 'Mutual-learning distance and weight',
    paper: 'abstract: the two networks learn from each other',
    code: 'port: weight 0.001 on images in 0..255, distance not visible',
    ours: 'both: "L1 (JDSR)" and "Squared difference", images in 0..1 with the square multiplied by 255, which keeps its ratio to L1; and L1 at 0.1',
  },
  {
    point: 'Meta update: order and split',
    paper: 'abstract: the generator of soft labels is trained by meta-learning',
    code: 'port: a second loader over half of DIV2K, a separate Adam; no update rule',
    ours:
      'virtual SGD step of the student (rate 0.1, all its terms but the mutual one) on the first half of each batch, judged by L1 of all exits on the second ' +
      'half, generator updated by Adam, then the student’s real step on the whole batch with the new labels, so that all arms see the same data. ' +
      '"Generator, first order" stands beside it. Nothing holds labels that only a step judges near the truth: at the small tier the shallow exits, which follow ' +
      'them, end at 15 to 21 dB on the validation set, where bicubic has 30.8, and the student below training alone',
  },
  {
    point: 'Distance to the soft labels',
    paper: SILENT,
    code: 'port: a term “TeaSup” in its loss string, which we read as L1 like its neighbours',
    ours:
      'with L1 the labels enter the student’s gradient by a sign only, so that the gradient through a virtual step is exactly zero; hence Charbonnier ' +
      '(sqrt(d^2 + 0.01^2), images in 0..1) in every arm with labels, and "Generator, meta step, L1" as the control that shows it',
  },
  {
    point: 'Where the curriculum weight acts',
    paper: 'abstract: balances the convergence of the two networks',
    code: 'port: exp(-(1 - T)^2 / 2) with T = epoch / 1000, so from 0.607, not 0; the term is not visible',
    ours: 'on the mutual term of both sides, T = step / steps; "No curriculum" beside it',
  },
  {
    point: 'Gap threshold',
    paper:
      'abstract: a curriculum learning strategy and a performance gap threshold balance the convergence of the two networks; no value, no action',
    code: 'port: PSNR(peer) - PSNR(student) on held-out data; neither its value nor what follows is visible',
    ours: 'the gap on the training batch, 1 dB; while it is exceeded the peer rests, moments included. "No threshold" beside it',
  },
  {
    point: 'Superior LR rounded to 8 bit',
    paper: SILENT,
    code: 'port: quantised before the peer sees it, the encoder frozen',
    ours: 'as the port: clipped, rounded to 256 levels, at training and test',
  },
  {
    point: 'Student gradients through the labels',
    paper: SILENT,
    code: 'port: not visible; the generator reads the student’s own features',
    ours: 'none: labels and features are constants of the student’s step, and the other network’s output of the mutual term',
  },
  {
    point: 'Patch size',
    paper: SILENT,
    code: 'port: 48 documented as output patch with default 192; its cutter takes 48 HR pixels',
    ours: '192 HR pixels (48 LR) at the full tier, the usual protocol of this code family; 64 and 32 below',
  },
  {
    point: 'Student network',
    paper: 'a review shows IMDN',
    code: 'port: a sectioned PAN by default, a sectioned EDSR (4 sections of 2 blocks, residuals x 0.1) in its ablation',
    ours: 'the sectioned EDSR, whose layers are known; its tails, not visible, are the peer’s (conv n to n, conv n to 3 s^2, PixelShuffle, with bias)',
  },
  {
    point: 'Image skip of the soft labels',
    paper: SILENT,
    code: 'port: each label adds the up-sampled image, as PAN does',
    ours: 'bilinear enlargement of LR, PAN’s',
  },
  {
    point: 'Imitation weight of the first stage',
    paper: 'a review: the two LR images are hard to tell apart',
    code: 'port: 1 (PISR, with the same idea: 0.0001)',
    ours: '1, and the sweep from 0.01 to 10',
  },
  {
    point: 'Schedule and optimiser of the second stage',
    paper: SILENT,
    code: 'port: 1000 epochs of 1000 batches, halved every 200 epochs; Adam with epsilon 1e-8 on images in 0..255',
    ours:
      'as the port at the full tier, in the 2.2 million steps of the control for the total length too; below it halved every fifth of each run. Images in 0..1, so for networks in ' +
      '0..255 (the full tier) epsilon is 1e-8 / 255, which gives the same updates',
  },
  {
    point: 'Length of the first stage',
    paper: SILENT,
    code: 'port: 10 epochs, a test setting; cosine 2e-4 to 1.25e-5',
    ours: '200,000 steps at the full tier, the same cosine',
  },
  {
    point: 'Constants without visible use',
    paper: SILENT,
    code: 'port: lambda_KD = 0.5 and alpha = 0.5',
    ours: 'not used',
  },
  {
    point: 'Be Your Own Teacher: adapters and the skipped hint',
    paper: 'ICCV 2019: by a comment of its authors without adapters',
    code: 'journal version: adapters; the hint is left out for the second deepest exit, though a comment says the shallowest',
    ours: '1x1 adapters, a hint for every shallow exit, mean squared difference; alpha 0.3 and hint weight 0.03 as in that code, KL replaced by L1',
  },
  {
    point: 'Deep Mutual Learning: distance',
    paper: 'CVPR 2018: KL divergence of class probabilities, weight 1',
    code: 'as the paper',
    ours: 'L1 between the outputs, weight 1; each network towards the other’s output held constant',
  },
];
