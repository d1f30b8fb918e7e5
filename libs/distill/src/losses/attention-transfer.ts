import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { l1Loss } from './l1';
import { unitVectors } from './unit-vectors';

/** What an attention map is divided by: its Euclidean norm, or the sum of its values (FAKD's code of 2019). */
export type AttentionScale = 'norm' | 'sum';

/** As in FAKD's code, for images in 0..255; ours are 0..1, and features scale with them only roughly, so it is left as it is. */
const EPSILON = 1e-6;

/**
 * Attention transfer (Zagoruyko and Komodakis, ICLR 2017) in the form that FAKD compares with: mean |a_S - a_T| over images and pixels,
 * a = sum over channels of F^2, divided by its norm (+ 1e-6) per image. Maps `[n, h, w, c]` of the same n, h, w. Scalar in 0..1.
 */
export function attentionTransferLoss(student: Tensor4D, teacher: Tensor4D, scale: AttentionScale = 'norm'): Scalar {
  return l1Loss(attention(student, scale), attention(teacher, scale));
}

function attention(feature: Tensor4D, scale: AttentionScale): Tensor3D {
  const energy = tf.sum<Tensor3D>(tf.square(feature), 3);
  if (scale === 'norm') return unitVectors(energy, [1, 2], EPSILON);
  return tf.div(energy, tf.add(tf.sum(energy, [1, 2], true), EPSILON));
}
