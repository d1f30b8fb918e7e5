import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { l1Loss } from './l1';

/** How two networks that learn from each other compare their outputs. */
export const MUTUAL_DISTANCES = ['l1', 'l2'] as const;
export type MutualDistance = (typeof MUTUAL_DISTANCES)[number];

/**
 * Distance of two outputs in 0..1, in proportion to an L1 term as it is for images in 0..255: `l1` mean |a - b|, `l2` 255 mean (a - b)^2 (there
 * the square is 255 times larger against L1 than here). `b` is the other network's output: pass it as a constant.
 */
export function mutualLoss(a: Tensor, b: Tensor, distance: MutualDistance): Scalar {
  return distance === 'l1' ? l1Loss(a, b) : tf.mul<Scalar>(tf.mean(tf.squaredDifference(a, b)), 255);
}
