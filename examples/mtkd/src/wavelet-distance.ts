import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor4D } from '@tensorflow/tfjs-core';

/**
 * MTKD's distance of two images, `[n, h, w, c]`, from the authors' code (`dwtLoss` at d027a3a): the Haar transform, `levels` times over; for each level the mean absolute
 * difference of its three detail bands together, and that of the last low band; their sum. Sides must be multiples of 2^levels; throws RangeError if not.
 */
export function waveletDistance(a: Tensor4D, b: Tensor4D, levels: number): Scalar {
  if (a.shape[1] % 2 ** levels !== 0 || a.shape[2] % 2 ** levels !== 0)
    throw new RangeError(
      `${levels} levels of the Haar transform need sides that are multiples of ${2 ** levels}, not ${a.shape[2]}x${a.shape[1]}`,
    );
  // The transform is linear: that of the difference is the difference of the two.
  let low = tf.sub<Tensor4D>(a, b);
  const terms: Scalar[] = [];
  for (let level = 0; level < levels; level++) {
    const bands = haar(low);
    terms.push(tf.mean(tf.abs(bands.details)));
    low = bands.low;
  }
  return tf.addN([...terms, tf.mean<Scalar>(tf.abs(low))]) as Scalar;
}

/** One level: signed sums of each 2x2 block, divided by 2. The order of the details is of no account. */
function haar(x: Tensor4D): { low: Tensor4D; details: Tensor } {
  const [n, h, w, c] = x.shape;
  const [rowSum, rowDifference] = pairs(tf.reshape(x, [(n * h) / 2, 2, w * c]));
  const [low, vertical] = pairs(tf.reshape(rowSum, [(n * h * w) / 4, 2, c]));
  const [horizontal, diagonal] = pairs(tf.reshape(rowDifference, [(n * h * w) / 4, 2, c]));
  return {
    low: tf.div(tf.reshape(low, [n, h / 2, w / 2, c]), 2),
    details: tf.div(tf.concat([horizontal, vertical, diagonal], 0), 2),
  };
}

/** `[m, 2, k]` -> sum and difference of the two, `[m, 1, k]` each. */
function pairs(x: Tensor): [Tensor, Tensor] {
  const [first, second] = tf.split(x, 2, 1) as [Tensor, Tensor];
  return [tf.add(first, second), tf.sub(first, second)];
}
