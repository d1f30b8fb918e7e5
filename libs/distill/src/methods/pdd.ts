import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor4D } from '@tensorflow/tfjs-core';
import { discriminator, type Model } from '@distillery/models';
import { adamInit, cloneParams, mapParams, valueAndGrads, type Params } from '@distillery/tensor';
import { adamSlots, adamStep } from '../training/adam-slots';
import { teacherPass, type FrozenTeacher } from '../networks/frozen-teacher';
import { discriminatorLoss } from '../losses/gan';
import type { Batch, Deployed, State } from '../method';
import { selectState, slot } from '../training/state';
import { premise } from './pdd/premise';
import {
  adversarialLoss,
  distanceTerms,
  layersOf,
  multiplied,
  supervisedTerms,
  weighted,
  type DistanceOptions,
  type FidelityWeights,
} from './pdd/terms';
import { defineMethod } from '../define-method';

/** As released. Its objective, discriminator included, is of images in 0..1, so epsilon is PyTorch's own. */
const ADAM = { beta2: 0.99 };

/** R, the network against which G is compared: frozen (`Static`), or the running average of G itself (`EMA`). */
export type Reference = 'ema' | FrozenTeacher;

export interface PddOptions extends DistanceOptions {
  /** G, the one network that the distances train. */
  readonly network: Model;
  /** Parameters G starts from (copied); absent: drawn fresh. */
  readonly start?: Params;
  readonly reference: Reference;
  /** The supervised part, on synthetic pairs. */
  readonly supervised: FidelityWeights & { readonly adversarial: number };
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
 * Pairwise distance distillation (ECCV 2024). Of G (trained) and R (reference) on a synthetic sample s and a real one t, phi_k a layer of the feature network, VGG19 as released:
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
    const { network: model, start, reference, warmUp, emaDecay, supervised, layers } = options;
    const [fidelity, distances] = [layersOf(layers.perceptual), layersOf(layers.inter, layers.intra)];
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

        const wanted = options.features(hr, fidelity);
        const compared = usesReference ? options.features(referenceOutput(options, state, inputs), distances) : null;

        const generator = valueAndGrads((p) => {
          const output = model.apply(p, inputs);
          const [synthetic] = tf.split(output, 2, 0) as [Tensor4D, Tensor4D];
          const features = options.features(output, compared ? [...new Set([...fidelity, ...distances])] : fidelity);
          const terms = {
            ...supervisedTerms(synthetic, hr, features, wanted, supervised, layers.perceptual),
            ...(supervised.adversarial > 0 && {
              adversarial: weighted(supervised.adversarial, adversarialLoss(critic.apply(judge, vectors, output), distilling)),
            }),
            ...(compared && multiplied(distanceTerms(features, compared, options), distilling)),
          };
          const values = Object.fromEntries(Object.entries(terms).map(([name, { value }]) => [name, value]));
          const alike = compared && options.premise ? premise(features, compared, layers.inter, layers.intra) : {};
          return { loss: tf.addN(Object.values(terms).map(({ summand }) => summand)) as Scalar, aux: { ...values, ...alike, synthetic } };
        }, network);
        const { synthetic, ...logged } = generator.aux as Record<string, Scalar> & { synthetic: Tensor4D };

        const judged = valueAndGrads((p) => {
          const [real, fake] = tf.split(critic.apply(p, vectors, tf.concat([hr, synthetic], 0)), 2, 0) as [Tensor4D, Tensor4D];
          return { loss: discriminatorLoss(real, fake), aux: {} };
        }, judge);

        const trained = adamStep(state, 'network', 'adam', generator.grads, learningRate, ADAM);
        const next = selectState(reached(steps, warmUp.discriminator), trained, state);
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

/** R's output, a constant of the step. */
function referenceOutput({ network, reference }: PddOptions, state: State, inputs: Tensor4D): Tensor4D {
  if (reference === 'ema') return network.apply(slot(state, 'ema'), inputs);
  return teacherPass(reference, inputs).output;
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

/** average + (1 - decay) (params - average): exactly the average itself where the two are equal. */
function averaged(average: Params, params: Params, decay: number): Params {
  return mapParams(average, (value, name) => tf.add(value, tf.mul(tf.sub(params[name] as tf.Tensor, value), 1 - decay)));
}
