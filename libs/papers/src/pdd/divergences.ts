import type { Divergence } from '@distillery/lab';

/** Where PDD's paper (of which the abstract could be read), its README and its released code disagree, or leave a choice to us. */
export const DIVERGENCES: readonly Divergence[] = [
  {
    point: 'Who is trained in Static',
    paper: 'the specialist, guided by a frozen generalist',
    code: 'the released configuration starts the trained network from the generalist and freezes the specialist',
    ours: 'the losses are symmetric in the roles: both, "static" (as released) and "static-specialist" (as the abstract)',
  },
  {
    point: 'What a pairwise distance is',
    paper: 'distances between predictions, not features',
    code: 'differences of features of two outputs, sample by sample; no matrix of all pairs in a batch, which a summary in circulation describes',
    ours: 'as released',
  },
  {
    point: 'Inter-model distance',
    paper: 'not readable',
    code: 'the Gram matrix of the difference of features; the difference of Gram matrices, L1 and L2 are alternatives in the same file',
    ours: 'as released; the alternatives are arms, with our own normalisation (means) for L1 and L2',
  },
  {
    point: 'Size of the inter-model term',
    paper: 'not readable',
    code: 'a Frobenius norm over the whole batch: it grows as the root of the batch size; on two GPUs each takes its own over 8 samples',
    ours: 'as released; the batch size is the same for all arms of a tier, so its meaning differs between tiers. At the full tier one norm over 16 samples, at least sqrt 2 times the mean of two norms over 8',
  },
  {
    point: 'Intra-model distance',
    paper: 'not readable',
    code: 'cross-entropy of softmaxes over channels at every position, no temperature; L1, L2, Frobenius norm and cosine are alternatives. Cosine takes signed differences and adds the similarity itself to the loss, so that training makes it small: a sign error',
    ours: 'as released; the alternatives are arms, but for the Frobenius norm. Cosine is 1 - cos of the absolute differences that the other distances have, which training makes similar',
  },
  {
    point: 'Start of EMA',
    paper: 'not readable',
    code: 'both networks are the same at first, where the norm’s gradient is not defined; a warm-up of 5 steps without distances, which must not be 0',
    ours: '1e-12 under the root makes the gradient 0 there; "ema-no-warm-up" shows what the warm-up is worth',
  },
  {
    point: 'Gradient through synthetic outputs',
    paper: 'not readable',
    code: 'Static detaches G(s) in the distances, EMA does not',
    ours: 'as released; "static-attached" does not detach',
  },
  {
    point: 'Adversarial term',
    paper: 'not readable',
    code: '0.01, non-saturating: one mean over the outputs for synthetic and for real inputs, during the warm-up over those for synthetic inputs alone',
    ours: 'as released; arms without distances take both kinds in after the same warm-up',
  },
  {
    point: 'Spectral normalisation',
    paper: 'not readable',
    code: 'one power iteration at every pass of the discriminator in training',
    ours: 'one per step',
  },
  {
    point: 'Feature network',
    paper: 'VGG19',
    code: 'torchvision weights, images normalised to unit deviation',
    ours: 'Keras/Caffe weights on 0..255, features divided by 57.6 so that the loss weights keep their meaning roughly; the random stand-in, when used, is named in each result',
  },
  {
    point: 'Pretrained networks',
    paper: 'published ESRGAN and Real-ESRGAN (RRDBNet, adversarially trained)',
    code: 'the same',
    ours: 'trained here with L1, on the degradations of each; the published compact Real-ESRGAN where the data folder has it. An L1-trained generalist has a higher PSNR than an adversarial one, and so is harder to improve on',
  },
  {
    point: 'Optimiser of the controls',
    paper: 'not readable',
    code: 'Adam with betas 0.9 and 0.99',
    ours: 'as released in all arms of PDD, its controls with a discriminator included; pretraining and the two L1 controls ("plain", "pretrain-long") have betas 0.9 and 0.999',
  },
  {
    point: 'Target of the generalist',
    paper: 'as Real-ESRGAN',
    code: 'Real-ESRGAN’s configurations sharpen HR for LR and for the target as well: of L1 and perceptual loss (x4plus), of the L1 of the network that it starts from (Real-ESRNet)',
    ours: 'LR from sharpened HR, the target not sharpened. Our generalist so learns to take the sharpening back: softer images than the published one’s are to be expected, and a higher PSNR',
  },
  {
    point: 'Real-ESRGAN’s degradation',
    paper: 'as Real-ESRGAN',
    code: 'degrades crops of 400, one resize factor per batch, mixes batches by a pool of 180 pairs; JPEG by DiffJPEG, which pads the crop’s edge with zeros and holds the luma quantisation table transposed',
    ours: 'degrades each patch with draws of its own, so no pool is needed; blurs mirror at the patch’s border; JPEG as DiffJPEG but with edge pixels repeated and the luma table as the standard prints it',
  },
  {
    point: 'BSRGAN’s degradation',
    paper: 'as BSRGAN',
    code: 'JPEG by OpenCV; a camera model whose weights are not shipped; the orientation of correlated noise by scipy.linalg.orth, from a singular value decomposition',
    ours: 'JPEG’s quantisation on the quality drawn, then rounding to 8 bits; no camera model; the orientation by Gram-Schmidt, of a slightly different distribution',
  },
  {
    point: 'Synthetic training data',
    paper: 'not readable',
    code: 'DF2K (DIV2K and Flickr2K), LR made on the fly',
    ours: 'DIV2K alone at the full tier, T91 below it, LR made on the fly: Flickr2K has no address that is sure to last',
  },
  {
    point: 'Target data',
    paper: 'RealSR, DRealSR, NTIRE20',
    code: 'RealSR version 3 (Canon), LR smaller than HR; the validation set is split off the test set',
    ours: 'City100 (Nikon D5500, and iPhone X as a second domain) pairs, whose captured LR has the size of HR: it is shrunk by the scale. Unlabelled patches come from other scenes than scores: of the 100 scenes of either, 54 are adapted to, 16 watched and 30 tested on (their middles); a few of them at the tiers that are no evidence, and where the data folder has no more. A third domain is RealSRSet, which has no ground truth, tested on pairs of RealSR from other cameras. Without a data folder a made-up camera',
  },
  {
    point: 'Weights that are scored',
    paper: 'not readable',
    code: 'validation scores the running average of G, the inference script loads G itself when it is there',
    ours: 'G itself; the average stands beside it in the main table',
  },
  {
    point: 'Colour correction',
    paper: 'not readable',
    code: 'optional at inference: each channel of the result is given the mean and deviation of the LR input',
    ours: 'none',
  },
  {
    point: 'Measures',
    paper: 'not readable',
    code: 'IQA-PyTorch: PSNR on RGB, SSIM on luma, LPIPS with AlexNet; no border cropped',
    ours: 'the workbench’s default (luma, border of the scale) for comparisons; for claims on PDD’s tables PSNR and SSIM on RGB with that border, unlike the released code, whose SSIM is on luma and crops nothing; LPIPS with AlexNet. No value of those tables is known, so none is compared under it',
  },
  {
    point: 'Released configurations',
    paper: 'not readable',
    code: 'file names, cameras and warm-ups contradict each other; they are no faithful record of table rows',
    ours: 'the values of the Static and EMA files, and of the variant with MATLAB resizing ("ema-matlab")',
  },
];
