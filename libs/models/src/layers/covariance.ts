import * as tf from '@tensorflow/tfjs-core';
import type { Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';

/** Covariance of the channels over all pixels: `[n, h, w, c]` -> `[n, c, c]`, divided by the number of pixels. */
export function channelCovariance(x: Tensor4D): Tensor3D {
  const [n, height, width, channels] = x.shape;
  const pixels = tf.reshape(x, [n, height * width, channels]) as Tensor3D;
  const centred = tf.sub<Tensor3D>(pixels, tf.mean(pixels, 1, true));
  return tf.div(tf.matMul(centred, centred, true, false), height * width);
}

/**
 * Square root of symmetric positive semi-definite matrices `[n, c, c]` by `steps` >= 2 coupled Newton-Schulz iterations: on A / trace A,
 * Y <- Y (3I - Z Y) / 2, Z <- (3I - Z Y) Z / 2, then times sqrt(trace A) (Li et al., CVPR 2018). Only matrix products, so it has a gradient.
 */
export function matrixSquareRoot(a: Tensor3D, steps: number): Tensor3D {
  const identity = tf.eye(a.shape[1]);
  const three = tf.mul(identity, 3);
  const trace = tf.sum(tf.mul(a, identity), [1, 2], true);
  const half = (x: tf.Tensor): Tensor3D => tf.mul<Tensor3D>(tf.sub(three, x), 0.5);
  let y = tf.div<Tensor3D>(a, trace);
  let z = half(y);
  y = tf.matMul(y, z);
  for (let step = 2; step < steps; step++) {
    const correction = half(tf.matMul(z, y));
    y = tf.matMul(y, correction);
    z = tf.matMul(correction, z);
  }
  return tf.mul(tf.matMul(y, half(tf.matMul(z, y))), tf.sqrt(trace));
}
