import { cumsum, Cumsum, type CumsumAttrs, type GradConfig, type Tensor } from '@tensorflow/tfjs-core';

/** y[i] = x[0] + ... + x[i] along an axis: x[i] reaches every later y, so dx is the sum from the other end. tfjs' own permutes the axes wrongly. */
export const cumsumGradient: GradConfig = {
  kernelName: Cumsum,
  gradFunc: (dy, _saved, attributes) => {
    const { axis, exclusive, reverse } = attributes as unknown as CumsumAttrs;
    return { x: () => cumsum(dy as Tensor, axis, exclusive, !reverse) };
  },
};
