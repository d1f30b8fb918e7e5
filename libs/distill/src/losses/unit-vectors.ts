import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/** Keeps 0 / 0 out of the gradient of a vector of zeros. Its square is still a normal float32 number. */
const SMALLEST_NORM = 1e-18;

/**
 * x / (|x| + epsilon): vectors along `axes` of unit length, and zero where x is zero. Shape as x. At such a zero the gradient is dy / epsilon, which is
 * finite; composed of square and root it would be 0 / 0.
 */
export function unitVectors<T extends Tensor>(x: T, axes: number | number[], epsilon = 1e-8): T {
  return tf.customGrad((...inputs) => {
    const [vectors, save] = inputs as [Tensor, tf.GradSaveFunc];
    const norm = tf.sqrt(tf.sum(tf.square(vectors), axes, true));
    save([vectors, norm]);
    return {
      value: tf.div(vectors, tf.add(norm, epsilon)),
      gradFunc(dy: Tensor, saved: Tensor[]) {
        const [v, r] = saved as [Tensor, Tensor];
        const length = tf.add(r, epsilon);
        const along = tf.div(tf.sum(tf.mul(dy, v), axes, true), length);
        return tf.div(tf.sub(dy, tf.mul(tf.div(v, tf.maximum(r, SMALLEST_NORM)), along)), length);
      },
    };
  })(x) as T;
}
