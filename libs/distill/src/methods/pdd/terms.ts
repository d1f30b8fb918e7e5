import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor4D } from '@tensorflow/tfjs-core';
import { generatorLoss } from '../../losses/gan';
import { l1Loss } from '../../losses/l1';
import { interModelLoss, intraModelLoss, type InterDistance, type IntraDistance, type PairFeatures } from '../../losses/pairwise-distance';
import { perceptualLoss } from '../../losses/perceptual';
import { waveletL1 } from '../../losses/wavelet-l1';
import { stopGradient } from '../../networks/stop-gradient';

/** VGG19 convolutions before their ReLU and the weights of the released configuration. */
export const PDD_LAYERS: PddLayers = {
  inter: { conv2_1: 0.25, conv3_1: 0.25, conv4_1: 0.25, conv5_1: 0.25 },
  intra: { conv2_2: 0.1, conv3_4: 0.3, conv4_4: 1, conv5_4: 1 },
  perceptual: { conv1_2: 0.1, conv2_2: 0.1, conv3_4: 1, conv4_4: 1, conv5_4: 1 },
};

/** Weight by layer name. */
export type LayerWeights = Readonly<Record<string, number>>;

/** Which layers of the feature network each term looks at, and how much each counts. */
export interface PddLayers {
  readonly inter: LayerWeights;
  readonly intra: LayerWeights;
  readonly perceptual: LayerWeights;
}

/** The layers of some terms, each once. */
export function layersOf(...terms: readonly LayerWeights[]): string[] {
  return [...new Set(terms.flatMap((weights) => Object.keys(weights)))];
}

/** A weighted term; null: not in the objective. */
export interface Weighted<D> {
  readonly weight: number;
  readonly distance: D;
}

/** Which distances are in the objective. */
export interface DistanceOptions {
  readonly inter: Weighted<InterDistance> | null;
  readonly intra: Weighted<IntraDistance> | null;
  /** Control: R's features of real inputs matched themselves, with the layers of the intra-model term. 0: not in the objective. */
  readonly direct: number;
  /** Whether the distances move G on real inputs only: its output on synthetic ones counts as a constant in them. */
  readonly detachSynthetic: boolean;
  readonly layers: PddLayers;
}

/** Weights of the terms that compare G's output with HR. */
export interface FidelityWeights {
  readonly pixel: number;
  readonly perceptual: number;
}

type Features = Readonly<Record<string, Tensor4D>>;

/** A term's value, and what it adds to the objective. */
export interface Summand {
  readonly value: Scalar;
  readonly summand: Scalar;
}

export function weighted(weight: number, value: Scalar): Summand {
  return { value, summand: tf.mul(value, weight) };
}

/** Fidelity to HR on the synthetic half of the features. */
export function supervisedTerms(
  synthetic: Tensor4D,
  hr: Tensor4D,
  features: Features,
  wanted: Features,
  { pixel, perceptual }: FidelityWeights,
  layerWeights: LayerWeights,
): Record<string, Summand> {
  const layers = Object.keys(layerWeights);
  const ours = layers.map((layer) => syntheticAndReal(features[layer] as Tensor4D)[0]);
  const theirs = layers.map((layer) => wanted[layer] as Tensor4D);
  return {
    pixel: weighted(pixel, waveletL1(synthetic, hr)),
    perceptual: weighted(perceptual, perceptualLoss(ours, theirs, Object.values(layerWeights))),
  };
}

/** The generator's loss over the synthetic half of the logits; once `distilling` is 1 over both halves, as one mean. */
export function adversarialLoss(logits: Tensor4D, distilling: Scalar): Scalar {
  const [synthetic, real] = syntheticAndReal(logits).map(generatorLoss) as [Scalar, Scalar];
  return tf.div<Scalar>(tf.add(synthetic, tf.mul(real, distilling)), tf.add(distilling, 1));
}

/** The distances, and the direct match that they are compared with. */
export function distanceTerms(trained: Features, reference: Features, options: DistanceOptions): Record<string, Summand> {
  const { inter, intra, direct, detachSynthetic, layers } = options;
  const pairOf = (layer: string): PairFeatures => {
    const [ours, theirs] = [syntheticAndReal(trained[layer] as Tensor4D), syntheticAndReal(reference[layer] as Tensor4D)];
    return {
      trained: { synthetic: detachSynthetic ? stopGradient(ours[0]) : ours[0], real: ours[1] },
      reference: { synthetic: theirs[0], real: theirs[1] },
    };
  };
  const sumOver = (weights: LayerWeights, value: (pair: PairFeatures) => Scalar): Scalar =>
    tf.addN(Object.entries(weights).map(([layer, weight]) => tf.mul(value(pairOf(layer)), weight))) as Scalar;
  return {
    ...(inter && {
      inter: weighted(
        inter.weight,
        sumOver(layers.inter, (pair) => interModelLoss(pair, inter.distance)),
      ),
    }),
    ...(intra && {
      intra: weighted(
        intra.weight,
        sumOver(layers.intra, (pair) => intraModelLoss(pair, intra.distance)),
      ),
    }),
    ...(direct > 0 && {
      direct: weighted(
        direct,
        sumOver(layers.intra, (pair) => l1Loss(pair.trained.real, pair.reference.real)),
      ),
    }),
  };
}

/** What the terms add to the objective multiplied by a factor; their logged values stay. */
export function multiplied(terms: Record<string, Summand>, factor: Scalar): Record<string, Summand> {
  return Object.fromEntries(
    Object.entries(terms).map(([name, { value, summand }]) => [name, { value, summand: tf.mul<Scalar>(summand, factor) }]),
  );
}

/** The two halves of a batch. */
function syntheticAndReal(x: Tensor4D): [synthetic: Tensor4D, real: Tensor4D] {
  return tf.split(x, 2, 0) as [Tensor4D, Tensor4D];
}
