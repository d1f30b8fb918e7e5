import { clone, dispose, type Tensor } from '@tensorflow/tfjs-core';

/**
 * The parameters of a network: a flat, serialisable tree. Names are the PyTorch state-dict names of the official code
 * (`body.0.body.0.weight`), so that published checkpoints load without a table of renamings. Convolution kernels are
 * stored HWIO `[kh, kw, in, out]`; PixelShuffle convolutions keep PyTorch's channel order (c, i, j).
 */
export type Params = Readonly<Record<string, Tensor>>;

/** Number of scalars in all tensors. */
export function paramCount(params: Params): number {
  return Object.values(params).reduce((count, param) => count + param.size, 0);
}

/** Frees every tensor of `params`. */
export function disposeParams(params: Params): void {
  dispose(Object.values(params));
}

/** Tensors of the same values that outlive the originals (data is shared until either is freed). The caller owns them. */
export function cloneParams(params: Params): Params {
  return mapParams(params, (param) => clone(param));
}

/** `f` of every tensor, under the same names. */
export function mapParams(params: Params, f: (param: Tensor, name: string) => Tensor): Params {
  return Object.fromEntries(Object.entries(params).map(([name, param]) => [name, f(param, name)]));
}
