import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { Params } from '@distillery/tensor';
import { constant, param, type ParamSpecs } from './parameters';

/** Parameter of a PReLU: one slope per channel, 0.25 (He et al., ICCV 2015; PyTorch's default). */
export function preluParams(name: string, channels: number): ParamSpecs {
  return { [`${name}.weight`]: constant([channels], 0.25) };
}

/** max(0, x) + slope[c] min(0, x). (tfjs' type wants a slope of x's rank; it broadcasts.) */
export function prelu(params: Params, name: string, x: Tensor4D): Tensor4D {
  return tf.prelu(x, param<Tensor4D>(params, `${name}.weight`));
}
