import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor4D } from '@tensorflow/tfjs-core';
import { l1Loss } from './l1';

/** How tensors of one shape are compared: mean |a - b|, or mean (a - b)^2. */
export const NORMS = ['l1', 'l2'] as const;
export type Norm = (typeof NORMS)[number];

/**
 * Distance of raw features (FitNets, Romero et al., ICLR 2015): mean |F_S - F_T| (`l1`, as FAKD's code takes it) or mean (F_S - F_T)^2
 * (`l2`, as FitNets do). Maps `[n, h, w, c]` of one shape: where the widths differ, an adapter comes first. Scalar >= 0.
 * Throws RangeError for maps of different shapes.
 */
export function featureDistance(student: Tensor4D, teacher: Tensor4D, norm: Norm = 'l1'): Scalar {
  if (student.shape.join() !== teacher.shape.join())
    throw new RangeError(
      `feature distance: student ${student.shape.join(' x ')}, teacher ${teacher.shape.join(' x ')}, expected one shape`,
    );
  return norm === 'l1' ? l1Loss(student, teacher) : tf.mean<Scalar>(tf.square(tf.sub(student, teacher)));
}
