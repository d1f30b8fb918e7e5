import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor4D } from '@tensorflow/tfjs-core';
import type { State } from '../../method';
import { slot } from '../../training/state';

/** The number of steps taken, as a slot: a scalar, so that a step that depends on it stays one fixed graph. */
export function stepCounter(): State {
  return { progress: { steps: tf.scalar(0) } };
}

export function stepsTaken(state: State): Scalar {
  return slot(state, 'progress').steps as Scalar;
}

/**
 * JDSR's curriculum weight exp(-(1 - T)^2 / 2), T = min(1, steps / horizon): from exp(-1/2) = 0.607, not from 0, to 1 (a third-party port, with w_init = 0
 * and w_end = 1, T = epoch / 1000 of 1000).
 */
export function curriculumWeight(steps: Scalar, horizon: number): Scalar {
  const remaining = tf.sub<Scalar>(1, tf.minimum<Scalar>(tf.div(steps, horizon), 1));
  return tf.exp(tf.mul<Scalar>(tf.square(remaining), -0.5));
}

/** PSNR(a) - PSNR(b) in dB against the same truth, over the batch as one image: 10 log10(MSE(b) / MSE(a)). Images in 0..1. */
export function psnrGap(a: Tensor4D, b: Tensor4D, truth: Tensor4D): Scalar {
  const logError = (x: Tensor4D): Scalar => tf.log(tf.mean<Scalar>(tf.squaredDifference(x, truth)));
  return tf.mul(tf.sub(logError(b), logError(a)), 10 / Math.LN10);
}
