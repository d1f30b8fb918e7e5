import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { correlation } from '../../losses/correlation';
import { interDistance, intraDistance } from '../../losses/pairwise-distance';

type Features = Readonly<Record<string, Tensor4D>>;

/**
 * What PDD assumes, measured on features of [synthetic, real] batches: Pearson's correlation, averaged over layers, of
 * - `premise inter`: the distance of G and R on real samples and that on synthetic ones (Gram of the difference);
 * - `premise intra`: the change from synthetic to real in G and that in R;
 * and beside each a weak baseline with R's samples moved on by one within the batch. Synthetic and real samples are unrelated crops as it is, so
 * `premise inter random` moves R's real samples only: there G and R then see different crops, in the synthetic domain still the same one.
 * `premise intra random` moves both: R's change is then one between two other crops. What all crops have in common counts as correlation, also in these.
 * The assumption holds in so far as the first is well above the second. Batches of one have no other partner, and give equal numbers.
 */
export function premise(trained: Features, reference: Features, inter: object, intra: object): Record<string, Scalar> {
  const average = (layers: object, value: (ours: Tensor4D, theirs: Tensor4D) => Scalar): Scalar => {
    const values = Object.keys(layers).map((layer) => value(trained[layer] as Tensor4D, reference[layer] as Tensor4D));
    return tf.div(tf.addN(values) as Scalar, values.length);
  };
  const interOf = (ours: Tensor4D, theirs: Tensor4D): Scalar => {
    const [synthetic, real] = tf.split(interDistance(ours, theirs, 'gram-of-difference'), 2, 0) as [Tensor, Tensor];
    return correlation(real, synthetic);
  };
  const intraOf = (ours: Tensor4D, theirs: Tensor4D): Scalar => {
    const change = (features: Tensor4D): Tensor => {
      const [synthetic, real] = tf.split(features, 2, 0) as [Tensor4D, Tensor4D];
      return intraDistance(real, synthetic);
    };
    return correlation(change(ours), change(theirs));
  };
  return {
    'premise inter': average(inter, interOf),
    'premise inter random': average(inter, (ours, theirs) => interOf(ours, rolled(theirs, [false, true]))),
    'premise intra': average(intra, intraOf),
    'premise intra random': average(intra, (ours, theirs) => intraOf(ours, rolled(theirs, [true, true]))),
  };
}

/** The batch with the chosen halves (synthetic, real) rolled by one: their last sample comes first. */
function rolled(features: Tensor4D, chosen: readonly [synthetic: boolean, real: boolean]): Tensor4D {
  const moved = (tf.split(features, 2, 0) as Tensor4D[]).flatMap((half, domain) => {
    if (!chosen[domain]) return [half];
    const count = half.shape[0];
    return [tf.slice(half, [count - 1, 0, 0, 0], [1, -1, -1, -1]), tf.slice(half, [0, 0, 0, 0], [count - 1, -1, -1, -1])];
  });
  return tf.concat(
    moved.filter(({ shape }) => shape[0] > 0),
    0,
  );
}
