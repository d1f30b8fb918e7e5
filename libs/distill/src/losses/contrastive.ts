import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { l1Loss } from './l1';

/**
 * How the distances to the negatives form the denominator of the contrastive loss.
 * - `sum`: sum over the K negatives, as released; the loss then shrinks as 1/K, so K also changes the loss weight.
 * - `mean`: mean over the K negatives; K leaves the weight alone.
 * - `constant`: the mean, held constant for the gradient: attraction to the positive only, at the weight of `mean`.
 * - `none`: no denominator, the released code's form without negatives; the weight is then that of a raw perceptual loss.
 */
export const DENOMINATORS = ['sum', 'mean', 'constant', 'none'] as const;
export type Denominator = (typeof DENOMINATORS)[number];

export interface ContrastiveTerms {
  /** Features of the student's output by layer, `[n, h, w, c]`; the only ones that receive a gradient. */
  readonly anchor: readonly Tensor4D[];
  /** Features of the positives, one per anchor, shapes as the anchor's. */
  readonly positive: readonly Tensor4D[];
  /** Features of the K negatives, `[K, h, w, c]`, shared by all anchors; unused by denominator `none`. */
  readonly negatives: readonly Tensor4D[];
  /** Weight a_j of each layer. */
  readonly layerWeights: readonly number[];
  readonly denominator: Denominator;
}

/** Guards the division, as in the released code. */
const EPSILON = 1e-7;

/**
 * Contrastive loss of CSD (IJCAI 2021, as released): sum_j a_j d(s_j, p_j) / (D_j + 1e-7), with d the mean absolute difference of
 * layer j's features and D_j = sum_k d(s_j, n_jk) over the negatives (or as `denominator` says). Scalar >= 0, no unit.
 */
export function contrastiveLoss(terms: ContrastiveTerms): Scalar {
  const { anchor, positive, negatives, layerWeights, denominator } = terms;
  if (anchor.length !== layerWeights.length || positive.length !== layerWeights.length)
    throw new RangeError(
      `contrastiveLoss: ${layerWeights.length} layer weights for ${anchor.length} anchor and ${positive.length} positive layers`,
    );
  const layers = layerWeights.map((weight, j) => {
    const attraction = l1Loss(anchor[j] as Tensor4D, positive[j] as Tensor4D);
    if (denominator === 'none') return tf.mul(attraction, weight);
    const repulsion = distanceToNegatives(anchor[j] as Tensor4D, negatives[j] as Tensor4D, denominator);
    return tf.mul(tf.div(attraction, tf.add(repulsion, EPSILON)), weight);
  });
  return tf.addN(layers) as Scalar;
}

function distanceToNegatives(anchor: Tensor4D, negatives: Tensor4D, denominator: Denominator): Scalar {
  const count = negatives.shape[0];
  const scale = denominator === 'sum' ? 1 : 1 / count;
  return tf.mul<Scalar>(sumOfDistances(anchor, negatives, denominator !== 'constant'), scale);
}

/**
 * sum_k mean |a - n_k|, each negative broadcast over the anchors. The gradient is written out (sum_k sign(a - n_k) / size) so
 * that the tape does not keep K copies of the features.
 */
function sumOfDistances(anchor: Tensor4D, negatives: Tensor4D, differentiable: boolean): Scalar {
  const sumOver = <T extends Tensor>(a: Tensor, term: (difference: Tensor) => T): T =>
    tf
      .split(negatives, negatives.shape[0], 0)
      .map((row) => tf.tidy(() => term(tf.sub(a, row))))
      .reduce((sum, next) => tf.add<T>(sum, next));
  return tf.customGrad((...inputs) => {
    const [a, save] = inputs as [Tensor, tf.GradSaveFunc];
    save([a]);
    return {
      value: sumOver(a, (difference) => tf.mean<Scalar>(tf.abs(difference))),
      gradFunc(dy, [saved]) {
        const x = saved as Tensor;
        if (!differentiable) return tf.zerosLike(x);
        return tf.mul(
          sumOver(x, (difference) => tf.sign(difference)),
          tf.div(dy, x.size),
        );
      },
    };
  })(anchor) as Scalar;
}
