import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import type { Params } from '@distillery/tensor';
import { constant, normal, param, uniform, type ParamSpecs } from './parameters';

export interface ConvShape {
  /** Side of the square kernel. */
  readonly kernel: number;
  readonly in: number;
  readonly out: number;
  /** Default true. */
  readonly bias?: boolean;
  /** Channel groups that do not see each other; default 1. */
  readonly groups?: number;
}

/**
 * Parameters of a convolution: `name.weight` HWIO `[kernel, kernel, in / groups, out]` and `name.bias` `[out]`, both drawn from
 * U(-b, b), b = 1 / sqrt(fan_in): PyTorch's default (Kaiming uniform with a = sqrt 5).
 */
export function convParams(name: string, { kernel, in: inputs, out, bias = true, groups = 1 }: ConvShape): ParamSpecs {
  const fanIn = kernel * kernel * (inputs / groups);
  const weight = uniform([kernel, kernel, inputs / groups, out], 1 / Math.sqrt(fanIn));
  return { [`${name}.weight`]: weight, ...(bias ? { [`${name}.bias`]: uniform([out], 1 / Math.sqrt(fanIn)) } : {}) };
}

/** The same parameters drawn for layers that a ReLU follows (He et al., ICCV 2015): weights N(0, 2 / (out kernel^2)), biases 0. */
export function heConvParams(name: string, { kernel, in: inputs, out, bias = true, groups = 1 }: ConvShape): ParamSpecs {
  const weight = normal([kernel, kernel, inputs / groups, out], Math.sqrt(2 / (out * kernel * kernel)));
  return { [`${name}.weight`]: weight, ...(bias ? { [`${name}.bias`]: constant([out], 0) } : {}) };
}

/** Convolution of stride 1 with zero padding that keeps the size: `[n, h, w, in]` -> `[n, h, w, out]`. Groups follow from the weight's shape. */
export function conv(params: Params, name: string, x: Tensor4D): Tensor4D {
  const weight = param<Tensor4D>(params, `${name}.weight`);
  return tf.tidy(() => addBias(params, name, groupedConv(x, weight, x.shape[3] / weight.shape[2])));
}

/** x + `name.bias` along the channels; x itself where the layer has no bias. */
export function addBias(params: Params, name: string, x: Tensor4D): Tensor4D {
  const bias = `${name}.bias`;
  return Object.hasOwn(params, bias) ? tf.add<Tensor4D>(x, param<Tensor1D>(params, bias)) : x;
}

/** tfjs has depthwise but no grouped convolution: group g of the inputs, through group g of the outputs' kernels. */
function groupedConv(x: Tensor4D, weight: Tensor4D, groups: number): Tensor4D {
  if (groups === 1) return tf.conv2d<Tensor4D>(x, weight, 1, 'same');
  const [kernel, , perGroup, out] = weight.shape;
  if (perGroup === 1) return tf.depthwiseConv2d(x, tf.reshape(weight, [kernel, kernel, groups, out / groups]), 1, 'same');
  const inputs = tf.split<Tensor4D>(x, groups, 3);
  const weights = tf.split<Tensor4D>(weight, groups, 3);
  const outputs = inputs.map((input, g) => tf.conv2d<Tensor4D>(input, weights[g] as Tensor4D, 1, 'same'));
  return tf.concat(outputs, 3);
}
