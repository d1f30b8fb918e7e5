import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor4D } from '@tensorflow/tfjs-core';
import { discriminator, type Model } from '@distillery/models';
import { adamInit, cloneParams, mapParams, valueAndGrads, type Params } from '@distillery/tensor';
import { adamSlots, adamStep } from '../training/adam-slots';
import { teach, type FrozenTeacher } from '../networks/frozen-teacher';
import { discriminatorLoss, generatorLoss } from '../losses/gan';
import { l1Loss } from '../losses/l1';
import { interModelLoss, intraModelLoss, type InterDistance, type IntraDistance, type PairFeatures } from '../losses/pairwise-distance';
import { perceptualLoss } from '../losses/perceptual';
import { waveletL1 } from '../losses/wavelet-l1';
import type { Batch, Deployed, State } from '../method';
import { premise } from './pdd/premise';
import { slot } from '../training/state';
import { stopGradient } from '../networks/stop-gradient';
import { defineMethod } from '../define-method';

/** VGG19 convolutions before their ReLU and the weights of the released configuration. */
export const PDD_INTER_LAYERS = { conv2_1: 0.25, conv3_1: 0.25, conv4_1: 0.25, conv5_1: 0.25 } as const;
export const PDD_INTRA_LAYERS = { conv2_2: 0.1, conv3_4: 0.3, conv4_4: 1, conv5_4: 1 } as const;
export const PDD_PERCEPTUAL_LAYERS = { conv1_2: 0.1, conv2_2: 0.1, conv3_4: 1, conv4_4: 1, conv5_4: 1 } as const;
/** As released. Its objective, discriminator included, is of images in 0..1, so epsilon is PyTorch's own. */
const ADAM = { beta2: 0.99 };

/** Weight by layer name. */
export type LayerWeights = Readonly<Record<string, number>>;

/** R, the network against which G is compared: frozen (`Static`), or the running average of G itself (`EMA`). */
export type Reference = 'ema' | FrozenTeacher;

/** A weighted term; null: not in the objective. */
export interface Weighted<D> {
  readonly weight: number;
  readonly distance: D;
}

export interface PddOptions {
  /** G, the one network that the distances train. */
  readonly network: Model;
  /** Parameters G starts from (copied); absent: drawn fresh. */
  readonly start?: Params;
  readonly reference: Reference;
  readonly inter: Weighted<InterDistance> | null;
  readonly intra: Weighted<IntraDistance> | null;
  /** Control: R's features of real inputs matched themselves, with the layers of the intra-model term. 0: not in the objective. */
  readonly direct: number;
  /** The supervised part, on synthetic pairs. */
  readonly supervised: { readonly pixel: number; readonly perceptual: number; readonly adversarial: number };
  /** Whether the distances move G on real inputs only: its output on synthetic ones counts as a constant in them. */
  readonly detachSynthetic: boolean;
  /** Steps that train the discriminator alone, then steps without the distances. */
  readonly warmUp: { readonly discriminator: number; readonly supervised: number };
  /** Decay of G's running average. */
  readonly emaDecay: number;
  /** Channels of the discriminator's first layer: 64 as released. */
  readonly discriminatorFeatures: number;
  /** Frozen features by layer name, before the ReLUs, of RGB images in 0..1. */
  readonly features: (image: Tensor4D, layers: readonly string[]) => Readonly<Record<string, Tensor4D>>;
  /** Also logs how alike the distances are that the method assumes to be alike, see `premise`. */
  readonly premise: boolean;
}

/**
 * Pairwise distance distillation (ECCV 2024). Of G (trained) and R (reference) on a synthetic sample s and a real one t, phi_k a VGG19 layer:
 * L = 0.5 wavelet(G(s), HR) + perceptual(G(s), HR) + 0.01 GAN(G(s)), and once the warm-up is over
 *   with GAN(G(s), G(t)) instead, one mean,
 *   + w_inter sum_k |D_k(t) - D_k(s)|, D_k(x) the distance of G and R on x, and
 *   + w_intra sum_k a_k H(d_k(R), d_k(G)), d_k(M) = |phi_k(M(t)) - phi_k(M(s))|.
 * Who is G and who R is open: the roles are symmetric. Adam with betas 0.9 and 0.99 for G and the discriminator alike. State: `network` and its
 * running average `ema`, `discriminator`, its singular vectors `spectral`, both Adams, and `progress`, the number of steps done.
 * Throws RangeError if the batch has no real patches.
 */
export const pdd = defineMethod({
  id: 'pdd',
  title: 'Pairwise distance distillation',
  source: 'Zhang, Lee, Yao, ECCV 2024',
  method(options: PddOptions) {
    const { network: model, start, reference, warmUp, emaDecay, supervised } = options;
    const critic = discriminator(options.discriminatorFeatures);
    const usesReference = options.inter !== null || options.intra !== null || options.direct > 0 || options.premise;

    return {
      init(rng) {
        const network = start ? cloneParams(start) : model.init(rng);
        const judge = critic.init(rng.split('discriminator'));
        return {
          network,
          ema: cloneParams(network),
          ...adamSlots(adamInit(network)),
          discriminator: judge,
          spectral: critic.initVectors(rng.split('spectral')),
          ...adamSlots(adamInit(judge), 'adam.discriminator'),
          progress: { steps: tf.scalar(0) },
        };
      },

      step(state, batch) {
        const { lr, hr, learningRate } = batch;
        const inputs = tf.concat([lr, realPatches(batch)], 0);
        const steps = slot(state, 'progress').steps as Scalar;
        const [network, judge] = [slot(state, 'network'), slot(state, 'discriminator')];
        const vectors = critic.iterate(judge, slot(state, 'spectral'));
        const distilling = reached(steps, warmUp.discriminator + warmUp.supervised);

        const wanted = options.features(hr, Object.keys(PDD_PERCEPTUAL_LAYERS));
        const compared = usesReference ? options.features(referenceOutput(options, state, inputs), DISTANCE_LAYERS) : null;

        const generator = valueAndGrads((p) => {
          const output = model.apply(p, inputs);
          const [synthetic] = tf.split(output, 2, 0) as [Tensor4D, Tensor4D];
          const features = options.features(output, compared ? ALL_LAYERS : Object.keys(PDD_PERCEPTUAL_LAYERS));
          const terms = {
            ...supervisedTerms(synthetic, hr, features, wanted, supervised),
            ...(supervised.adversarial > 0 && {
              adversarial: weighted(supervised.adversarial, adversarialLoss(critic.apply(judge, vectors, output), distilling)),
            }),
            ...(compared && gated(distilling, distanceTerms(features, compared, options))),
          };
          const values = Object.fromEntries(Object.entries(terms).map(([name, { value }]) => [name, value]));
          const alike = compared && options.premise ? premise(features, compared, PDD_INTER_LAYERS, PDD_INTRA_LAYERS) : {};
          return { loss: tf.addN(Object.values(terms).map(({ summand }) => summand)) as Scalar, aux: { ...values, ...alike, synthetic } };
        }, network);
        const { synthetic, ...logged } = generator.aux as Record<string, Scalar> & { synthetic: Tensor4D };

        const judged = valueAndGrads((p) => {
          const [real, fake] = tf.split(critic.apply(p, vectors, tf.concat([hr, synthetic], 0)), 2, 0) as [Tensor4D, Tensor4D];
          return { loss: discriminatorLoss(real, fake), aux: {} };
        }, judge);

        const trained = adamStep(state, 'network', 'adam', generator.grads, learningRate, ADAM);
        const next = switched(reached(steps, warmUp.discriminator), trained, state);
        return {
          state: {
            ...next,
            ema: averaged(slot(state, 'ema'), slot(next, 'network'), emaDecay),
            ...adamStep(state, 'discriminator', 'adam.discriminator', judged.grads, learningRate, ADAM),
            spectral: vectors,
            progress: { steps: tf.add(steps, 1) },
          },
          losses: { total: generator.loss, ...logged, discriminator: judged.loss },
        };
      },

      deploy(state) {
        const frozen: Deployed | null =
          reference !== 'ema' && reference.params ? { model: reference.model, params: reference.params } : null;
        return {
          student: { model, params: slot(state, 'network') },
          ema: { model, params: slot(state, 'ema') },
          ...(frozen && { reference: frozen }),
        };
      },
    };
  },
});

const DISTANCE_LAYERS = [...new Set([...Object.keys(PDD_INTER_LAYERS), ...Object.keys(PDD_INTRA_LAYERS)])];
const ALL_LAYERS = [...new Set([...Object.keys(PDD_PERCEPTUAL_LAYERS), ...DISTANCE_LAYERS])];

type Features = Readonly<Record<string, Tensor4D>>;

/** A term's value, and what it adds to the objective. */
interface Summand {
  readonly value: Scalar;
  readonly summand: Scalar;
}

function weighted(weight: number, value: Scalar): Summand {
  return { value, summand: tf.mul(value, weight) };
}

/** Fidelity to HR on the synthetic half of the features. */
function supervisedTerms(
  synthetic: Tensor4D,
  hr: Tensor4D,
  features: Features,
  wanted: Features,
  { pixel, perceptual }: PddOptions['supervised'],
): Record<string, Summand> {
  const layers = Object.keys(PDD_PERCEPTUAL_LAYERS);
  const ours = layers.map((layer) => halves(features[layer] as Tensor4D)[0]);
  const theirs = layers.map((layer) => wanted[layer] as Tensor4D);
  return {
    pixel: weighted(pixel, waveletL1(synthetic, hr)),
    perceptual: weighted(perceptual, perceptualLoss(ours, theirs, Object.values(PDD_PERCEPTUAL_LAYERS))),
  };
}

/** The generator's loss over the synthetic half of the logits; once the gate is 1 over both halves, as one mean. */
function adversarialLoss(logits: Tensor4D, gate: Scalar): Scalar {
  const [synthetic, real] = halves(logits).map(generatorLoss) as [Scalar, Scalar];
  return tf.div<Scalar>(tf.add(synthetic, tf.mul(real, gate)), tf.add(gate, 1));
}

/** The distances, and the direct match that they are compared with. */
function distanceTerms(trained: Features, reference: Features, options: PddOptions): Record<string, Summand> {
  const { inter, intra, direct, detachSynthetic } = options;
  const pairOf = (layer: string): PairFeatures => {
    const [ours, theirs] = [halves(trained[layer] as Tensor4D), halves(reference[layer] as Tensor4D)];
    return {
      trained: { synthetic: detachSynthetic ? stopGradient(ours[0]) : ours[0], real: ours[1] },
      reference: { synthetic: theirs[0], real: theirs[1] },
    };
  };
  const sumOver = (layers: LayerWeights, value: (pair: PairFeatures) => Scalar): Scalar =>
    tf.addN(Object.entries(layers).map(([layer, weight]) => tf.mul(value(pairOf(layer)), weight))) as Scalar;
  return {
    ...(inter && {
      inter: weighted(
        inter.weight,
        sumOver(PDD_INTER_LAYERS, (pair) => interModelLoss(pair, inter.distance)),
      ),
    }),
    ...(intra && {
      intra: weighted(
        intra.weight,
        sumOver(PDD_INTRA_LAYERS, (pair) => intraModelLoss(pair, intra.distance)),
      ),
    }),
    ...(direct > 0 && {
      direct: weighted(
        direct,
        sumOver(PDD_INTRA_LAYERS, (pair) => l1Loss(pair.trained.real, pair.reference.real)),
      ),
    }),
  };
}

/** The terms, which count once the gate is 1. */
function gated(gate: Scalar, terms: Record<string, Summand>): Record<string, Summand> {
  return Object.fromEntries(
    Object.entries(terms).map(([name, { value, summand }]) => [name, { value, summand: tf.mul<Scalar>(summand, gate) }]),
  );
}

function halves(x: Tensor4D): [synthetic: Tensor4D, real: Tensor4D] {
  return tf.split(x, 2, 0) as [Tensor4D, Tensor4D];
}

/** R's output, a constant of the step. */
function referenceOutput({ network, reference }: PddOptions, state: State, inputs: Tensor4D): Tensor4D {
  if (reference === 'ema') return network.apply(slot(state, 'ema'), inputs);
  return teach(reference, inputs).output;
}

function realPatches({ lr, real }: Batch): Tensor4D {
  if (!real) throw new RangeError('PDD adapts to a target domain: expected real patches in the batch');
  if (real.shape[0] !== lr.shape[0])
    throw new RangeError(`PDD pairs ${lr.shape[0]} synthetic patches with as many real ones, not ${real.shape[0]}`);
  return real;
}

/** 1 once `count` steps are done, else 0. */
function reached(steps: Scalar, count: number): Scalar {
  return tf.cast(tf.greaterEqual<Scalar>(steps, count), 'float32');
}

/** The slots of `next` where the gate is 1, the same slots of `old` where it is 0; exact, since the gate is nothing between. */
function switched(gate: Scalar, next: State, old: State): State {
  const closed = tf.sub(1, gate);
  return Object.fromEntries(
    Object.entries(next).map(([name, params]) => [
      name,
      mapParams(params, (value, key) => tf.add(tf.mul(value, gate), tf.mul(slot(old, name)[key] as tf.Tensor, closed))),
    ]),
  );
}

/** average + (1 - decay) (params - average): exactly the average itself where the two are equal. */
function averaged(average: Params, params: Params, decay: number): Params {
  return mapParams(average, (value, name) => tf.add(value, tf.mul(tf.sub(params[name] as tf.Tensor, value), 1 - decay)));
}
