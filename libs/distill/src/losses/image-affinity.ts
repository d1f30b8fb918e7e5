import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { l1Loss } from './l1';
import { unitVectors } from './unit-vectors';

/**
 * Affinity between the images of a batch, a form that FAKD compares with (ICIP 2020), known as similarity preserving: mean |Q_S - Q_T|
 * over pairs of images, Q = F F^T of the flattened maps with each row divided by its norm. Maps `[n, h, w, c]` of the same n. Scalar >= 0.
 */
export function imageAffinityLoss(student: Tensor4D, teacher: Tensor4D): Scalar {
  return l1Loss(imageAffinity(student), imageAffinity(teacher));
}

function imageAffinity(feature: Tensor4D): Tensor {
  const images = tf.reshape(feature, [feature.shape[0], -1]);
  return unitVectors(tf.matMul(images, images, false, true), 1);
}
