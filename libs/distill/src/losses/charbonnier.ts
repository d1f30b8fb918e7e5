import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';

/**
 * L1 without its corner: mean sqrt((a - b)^2 + epsilon^2) over all elements (Charbonnier et al., ICIP 1994). Same shapes; unit of the inputs.
 * Its second derivative, unlike that of L1, is not zero.
 */
export function charbonnierLoss(a: Tensor, b: Tensor, epsilon: number): Scalar {
  return tf.mean<Scalar>(tf.sqrt(tf.add(tf.square(tf.sub(a, b)), epsilon * epsilon)));
}
