import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';

/** Mean absolute error: mean |a - b| over all elements. Same shapes; unit of the inputs. */
export function l1Loss(a: Tensor, b: Tensor): Scalar {
  return tf.mean<Scalar>(tf.abs(tf.sub(a, b)));
}
