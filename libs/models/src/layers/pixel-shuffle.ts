import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import type { Params } from '@distillery/tensor';
import { param } from './parameters';

/**
 * Sub-pixel convolution: `name`, then PixelShuffle by r: `[n, h, w, in]` -> `[n, r h, r w, out / r^2]`,
 * y[c, r h + i, r w + j] = conv(x)[c r^2 + i r + j, h, w] (Shi et al., CVPR 2016; PyTorch's channel order). Groups follow from the weight's shape,
 * and there may be no bias.
 *
 * Parameters stay in PyTorch's order (c, i, j), in which a leading slice of the channels is a set of whole feature maps. tfjs'
 * depthToSpace wants (i, j, c), so the kernel is rearranged on the way: cheaper than rearranging the feature maps.
 */
export function convShuffle(params: Params, name: string, x: Tensor4D, r: number): Tensor4D {
  const weight = param<Tensor4D>(params, `${name}.weight`);
  const bias = Object.hasOwn(params, `${name}.bias`) ? param<Tensor1D>(params, `${name}.bias`) : null;
  const groups = x.shape[3] / weight.shape[2];
  if (groups === 1) return shuffleGroup(x, weight, bias, r);
  const inputs = tf.split<Tensor4D>(x, groups, 3);
  const weights = tf.split<Tensor4D>(weight, groups, 3);
  const biases = bias && tf.split<Tensor1D>(bias, groups);
  return tf.concat(
    inputs.map((input, g) => shuffleGroup(input, weights[g] as Tensor4D, biases && (biases[g] as Tensor1D), r)),
    3,
  );
}

function shuffleGroup(x: Tensor4D, weight: Tensor4D, bias: Tensor1D | null, r: number): Tensor4D {
  const maps = tf.tidy(() => {
    const conv = tf.conv2d<Tensor4D>(x, channelsLast(weight, r * r), 1, 'same');
    return bias ? tf.add<Tensor4D>(conv, channelsLast(bias, r * r)) : conv;
  });
  return tf.depthToSpace(maps, r, 'NHWC');
}

/** The last axis from (c, ij) to (ij, c). */
function channelsLast<T extends tf.Tensor>(x: T, positions: number): T {
  const outputs = x.shape[x.rank - 1] as number;
  const pairs = tf.reshape(x, [-1, outputs / positions, positions]);
  return tf.reshape<tf.Rank>(tf.transpose(pairs, [0, 2, 1]), x.shape) as T;
}
