import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';

/** Guards the division where a tensor is constant. */
const EPSILON = 1e-12;

/** Pearson's correlation of two tensors' values: -1..1, 0 where either is constant. Same shapes. */
export function correlation(a: Tensor, b: Tensor): Scalar {
  const [x, y] = [a, b].map(standardised) as [Tensor, Tensor];
  return tf.mean<Scalar>(tf.mul(x, y));
}

function standardised(x: Tensor): Tensor {
  const centred = tf.sub(x, tf.mean(x));
  return tf.div(centred, tf.sqrt(tf.add(tf.mean(tf.square(centred)), EPSILON)));
}
