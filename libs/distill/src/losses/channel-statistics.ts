import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor4D } from '@tensorflow/tfjs-core';
import { featureDistance, type Norm } from './feature-distance';

/**
 * What SRKD keeps of a feature map F at each pixel: over the channels c the power of the mean, (mean_c F)^p; the mean of the powers, mean_c F^p;
 * the largest or the smallest value.
 */
export type ChannelStatistic =
  { readonly of: (typeof POWER_STATISTICS)[number]; readonly power: number } | { readonly of: (typeof EXTREME_STATISTICS)[number] };

/** Those with a power, and those without. */
export const POWER_STATISTICS = ['power-of-mean', 'mean-of-powers'] as const;
export const EXTREME_STATISTICS = ['max', 'min'] as const;

/**
 * F `[n, h, w, c]` -> `[n, h, w, 1]` (Gao et al., ACCV 2018, section 3). max and min pass their gradient to every channel that attains them.
 * Throws RangeError for a power that is not a positive integer.
 */
export function channelStatistic(features: Tensor4D, statistic: ChannelStatistic): Tensor4D {
  switch (statistic.of) {
    case 'power-of-mean':
      return power(tf.mean<Tensor4D>(features, 3, true), statistic.power);
    case 'mean-of-powers':
      return tf.mean<Tensor4D>(power(features, statistic.power), 3, true);
    case 'max':
      return tf.max<Tensor4D>(features, 3, true);
    case 'min':
      return tf.min<Tensor4D>(features, 3, true);
  }
}

/** By products, so that the gradient exists at zero and for negative values. */
function power(x: Tensor4D, p: number): Tensor4D {
  if (!Number.isInteger(p) || p < 1) throw new RangeError(`channel statistic: power ${p}, expected a positive integer`);
  return Array.from({ length: p - 1 }).reduce<Tensor4D>((product) => tf.mul(product, x), x);
}

/**
 * d(G(F_S), G(F_T)) with d the mean over batch and pixels of (a - b)^2 (`l2`) or |a - b| (`l1`): the student's statistic drawn to the teacher's. Maps
 * `[n, h, w, c]` of one size, whose numbers of channels may differ. Throws RangeError for maps of different sizes, and as `channelStatistic` does.
 */
export function channelStatisticLoss(student: Tensor4D, teacher: Tensor4D, statistic: ChannelStatistic, norm: Norm): Scalar {
  return featureDistance(channelStatistic(student, statistic), channelStatistic(teacher, statistic), norm);
}
