import type { Tensor } from '@tensorflow/tfjs-core';

/**
 * The parameters of a network: a flat, serialisable tree. Names are the PyTorch state-dict names of the official code
 * (`body.0.body.0.weight`), so that published checkpoints load without a table of renamings. Convolution kernels are
 * stored HWIO `[kh, kw, in, out]`; PixelShuffle convolutions keep PyTorch's channel order (c, i, j).
 */
export type Params = Readonly<Record<string, Tensor>>;
