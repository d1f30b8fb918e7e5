import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { l1Loss } from './l1';

/** Features `[n, h, w, c]` of one layer, by network (trained G, reference R) and domain of the input (synthetic, real). */
export interface PairFeatures {
  readonly trained: { readonly synthetic: Tensor4D; readonly real: Tensor4D };
  readonly reference: { readonly synthetic: Tensor4D; readonly real: Tensor4D };
}

/**
 * How far two networks are apart on one domain.
 * - `gram-of-difference`: D = Gram(G - R) (released), Gram(F) = F^T F / (h w c) per sample, `[n, c, c]`.
 * - `difference-of-grams`: D = Gram(G) - Gram(R).
 * - `l1`: D = |G - R|; `l2`: D = (G - R)^2, element by element.
 */
export const INTER_DISTANCES = ['gram-of-difference', 'difference-of-grams', 'l1', 'l2'] as const;
export type InterDistance = (typeof INTER_DISTANCES)[number];

/**
 * How the change from the synthetic to the real sample is compared between the networks, d = |real - synthetic|.
 * - `cross-entropy`: mean over samples and positions of -sum_c softmax_c(d_R) log(softmax_c(d_G) + 1e-6) (released); at best the entropy of the target.
 * - `l1`: mean |d_G - d_R|; `l2`: mean (d_G - d_R)^2; `cosine`: mean over positions of 1 - cos of the two channel vectors.
 *   The released code's cosine takes real - synthetic with its sign and adds the similarity itself to the loss, which training then makes small: a sign
 *   error, not followed. Its Frobenius norm is left out.
 */
export const INTRA_DISTANCES = ['cross-entropy', 'l1', 'l2', 'cosine'] as const;
export type IntraDistance = (typeof INTRA_DISTANCES)[number];

/** Under the root, so that equal distances (EMA at its start) have gradient 0 instead of none. */
const ROOT_EPSILON = 1e-12;
const LOG_EPSILON = 1e-6;

/** D(d) of one layer and domain, see `InterDistance`. */
export function interDistance(trained: Tensor4D, reference: Tensor4D, distance: InterDistance): Tensor {
  switch (distance) {
    case 'gram-of-difference':
      return gram(tf.sub<Tensor4D>(trained, reference));
    case 'difference-of-grams':
      return tf.sub(gram(trained), gram(reference));
    case 'l1':
      return tf.abs(tf.sub(trained, reference));
    case 'l2':
      return tf.square(tf.sub(trained, reference));
  }
}

/**
 * PDD's inter-model term of one layer (ECCV 2024, released code): |D(real) - D(synthetic)|_F, sqrt(sum of squares + 1e-12) over the whole tensor, batch
 * included: it grows as the root of the batch size. For `l1` and `l2` the mean of |D(real) - D(synthetic)| instead. Scalar >= 0.
 */
export function interModelLoss({ trained, reference }: PairFeatures, distance: InterDistance): Scalar {
  const real = interDistance(trained.real, reference.real, distance);
  const synthetic = interDistance(trained.synthetic, reference.synthetic, distance);
  if (distance === 'l1' || distance === 'l2') return l1Loss(real, synthetic);
  return tf.sqrt<Scalar>(tf.add<Scalar>(tf.sum<Scalar>(tf.square(tf.sub(real, synthetic))), ROOT_EPSILON));
}

/** d of one network and layer: |real - synthetic|, sample i against sample i, position by position. */
export function intraDistance(real: Tensor4D, synthetic: Tensor4D): Tensor4D {
  return tf.abs(tf.sub<Tensor4D>(real, synthetic));
}

/** PDD's intra-model term of one layer (ECCV 2024, released code), see `IntraDistance`. Scalar >= 0. */
export function intraModelLoss({ trained, reference }: PairFeatures, distance: IntraDistance): Scalar {
  const ours = intraDistance(trained.real, trained.synthetic);
  const target = intraDistance(reference.real, reference.synthetic);
  switch (distance) {
    case 'cross-entropy': {
      const perPosition = tf.sum(tf.mul(tf.softmax(target), tf.log(tf.add(tf.softmax(ours), LOG_EPSILON))), 3);
      return tf.neg(tf.mean<Scalar>(perPosition));
    }
    case 'l1':
      return l1Loss(ours, target);
    case 'l2':
      return tf.mean<Scalar>(tf.square(tf.sub(ours, target)));
    case 'cosine':
      return tf.sub(1, tf.mean<Scalar>(tf.mul(tf.sum(tf.mul(ours, target), 3), tf.mul(inverseNorm(ours), inverseNorm(target)))));
  }
}

function inverseNorm(x: Tensor4D): Tensor {
  return tf.rsqrt(tf.add(tf.sum(tf.square(x), 3), ROOT_EPSILON));
}

function gram(x: Tensor4D): Tensor {
  const [n, h, w, c] = x.shape;
  const columns = tf.reshape(x, [n, h * w, c]);
  return tf.div(tf.matMul(columns, columns, true, false), h * w * c);
}
