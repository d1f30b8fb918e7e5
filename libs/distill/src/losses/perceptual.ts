import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { l1Loss } from './l1';

/** Perceptual loss: sum_k w_k mean |a_k - b_k| over layers of frozen features. Throws RangeError if the lists differ in length. */
export function perceptualLoss(a: readonly Tensor[], b: readonly Tensor[], layerWeights: readonly number[]): Scalar {
  if (a.length !== layerWeights.length || b.length !== layerWeights.length)
    throw new RangeError(`perceptualLoss: ${layerWeights.length} layer weights for ${a.length} and ${b.length} layers`);
  return tf.addN(layerWeights.map((weight, k) => tf.mul(l1Loss(a[k] as Tensor, b[k] as Tensor), weight))) as Scalar;
}
