import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';

const EPSILON = 1e-12;

/** The singular vectors that estimate a kernel's largest singular value: `left` `[out]` and `right` `[fan in]`, of unit length. */
export interface SingularVectors {
  readonly left: Tensor;
  readonly right: Tensor;
}

/**
 * One round of power iteration on the matrix M `[out, fan in]` of a kernel HWIO (Miyato et al., ICLR 2018): v = M^T u / |M^T u|, u = M v / |M v|.
 * The vectors are constants of whatever is differentiated afterwards, so call it outside.
 */
export function powerIteration(kernel: Tensor4D, left: Tensor): SingularVectors {
  const matrix = asMatrix(kernel);
  const right = unit(tf.matMul(matrix, tf.reshape(left, [-1, 1])));
  return { left: tf.reshape(unit(tf.matMul(matrix, right, true)), [-1]), right: tf.reshape(right, [-1]) };
}

/** kernel / sigma, sigma = u^T M v the estimate of the largest singular value. Differentiable in the kernel, sigma included. */
export function spectralNorm(kernel: Tensor4D, { left, right }: SingularVectors): Tensor4D {
  const product = tf.matMul(asMatrix(kernel), tf.reshape(left, [-1, 1]));
  const sigma = tf.sum(tf.mul(tf.reshape(product, [-1]), right));
  return tf.div(kernel, sigma);
}

/** M^T: `[fan in, out]`, the kernel's own memory. */
function asMatrix(kernel: Tensor4D): Tensor2D {
  return tf.reshape(kernel, [-1, kernel.shape[3]]) as Tensor2D;
}

function unit(vector: Tensor): Tensor2D {
  return tf.div(vector, tf.maximum(tf.sqrt(tf.sum(tf.square(vector))), EPSILON));
}
