import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { l1Loss } from './l1';
import { pixels } from './pixels';
import { unitVectors } from './unit-vectors';

/**
 * Channel affinity, a form that FAKD compares with (ICIP 2020): mean |A_S - A_T| over images and pairs of channels, A = F F^T with each
 * channel's map divided by its norm (+ 1e-8). Maps `[n, h, w, c]` of one shape. Scalar in 0..2.
 */
export function channelAffinityLoss(student: Tensor4D, teacher: Tensor4D): Scalar {
  return l1Loss(channelAffinity(student), channelAffinity(teacher));
}

function channelAffinity(feature: Tensor4D): Tensor {
  const channels = unitVectors(pixels(feature), 1);
  return tf.matMul(channels, channels, true, false);
}
