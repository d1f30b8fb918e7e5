import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor4D } from '@tensorflow/tfjs-core';

/** Weights of the sub-bands: the mean (LL), the two edges (LH and HL together), the diagonal (HH). */
const LOW = 1;
const EDGES = 0.1;
const DIAGONAL = 0.01;

/**
 * L1 after one level of the Haar transform: |LL| + 0.1 |[HL, LH]| + 0.01 |HH| of the difference a - b. Each term is the mean over its values. A sub-band is a
 * signed sum over each 2x2 block, divided by 2. `[n, h, w, c]`, h and w even. As in PDD's released code: fidelity counts mostly at low frequencies.
 * Throws RangeError for odd sizes.
 */
export function waveletL1(a: Tensor4D, b: Tensor4D): Scalar {
  const { low, edges, diagonal } = haar(tf.sub(a, b));
  const absolute = (band: Tensor): Scalar => tf.mean<Scalar>(tf.abs(band));
  return tf.addN([tf.mul(absolute(low), LOW), tf.mul(absolute(edges), EDGES), tf.mul(absolute(diagonal), DIAGONAL)]) as Scalar;
}

/** `low` of a quarter of x's values, `edges` the two other sub-bands of one direction stacked, `diagonal`. Order of values unspecified. */
function haar(x: Tensor4D): { low: Tensor; edges: Tensor; diagonal: Tensor } {
  const [n, h, w, c] = x.shape;
  if (h % 2 !== 0 || w % 2 !== 0) throw new RangeError(`the Haar transform needs even sides, not ${w}x${h}`);
  const [rowSum, rowDifference] = pairs(tf.reshape(x, [(n * h) / 2, 2, w * c]));
  const [low, vertical] = pairs(tf.reshape(rowSum, [(n * h * w) / 4, 2, c]));
  const [horizontal, diagonal] = pairs(tf.reshape(rowDifference, [(n * h * w) / 4, 2, c]));
  return { low: tf.div(low, 2), edges: tf.div(tf.concat([vertical, horizontal], 0), 2), diagonal: tf.div(diagonal, 2) };
}

/** `[m, 2, k]` -> sum and difference of the two, `[m, 1, k]` each. */
function pairs(x: Tensor): [Tensor, Tensor] {
  const [first, second] = tf.split(x, 2, 1) as [Tensor, Tensor];
  return [tf.add(first, second), tf.sub(first, second)];
}
