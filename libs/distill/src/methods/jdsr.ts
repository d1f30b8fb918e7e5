import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor4D } from '@tensorflow/tfjs-core';
import {
  shallowEdsr,
  softLabelGenerator,
  superiorLrEncoder,
  type SectionedEdsrConfig,
  type ShallowEdsrConfig,
  type SuperiorLrConfig,
} from '@distillery/models';
import { adamInit, cloneParams, valueAndGrads, type Params } from '@distillery/tensor';
import { adamFor, adamSlots, adamStep } from '../training/adam-slots';
import { curriculumWeight, psnrGap, stepCounter, stepsTaken } from './jdsr/curriculum';
import { intermediateLoss, sectionedNetwork, sectionedPass, type SectionedPass } from './jdsr/sections';
import { firstOrderGradients, labelLoss, metaGradients, patchesOf, trainAndMetaHalves, type LabelDistance } from './jdsr/soft-labels';
import { behindEncoder, encoderParams, superiorLrImage } from './jdsr/superior-lr';
import { l1Loss } from '../losses/l1';
import { mutualLoss, type MutualDistance } from '../losses/mutual';
import type { Batch, Deployed, State } from '../method';
import { joinParams } from '../networks/param-groups';
import { selectState, slot } from '../training/state';
import { defineMethod } from '../define-method';

/**
 * Where soft labels come from: the student's deepest exit (as in Be Your Own Teacher), or the generator, trained through a virtual step of the student
 * (`meta`) or directly on the ground truth (`first-order`).
 */
export const LABEL_SOURCES = ['deepest', 'first-order', 'meta'] as const;

/** Soft labels of the shallow exits (internal self-distillation). */
export interface SoftLabels {
  readonly from: (typeof LABEL_SOURCES)[number];
  readonly distance: LabelDistance;
  /** Learning rate of the virtual step. */
  readonly virtualRate: number;
}

/** The peer on superior LR and how student and peer learn from each other (external mutual learning). */
export interface ExternalPeer {
  readonly network: ShallowEdsrConfig;
  readonly encoder: SuperiorLrConfig;
  /** Parameters of the encoder from the first stage, frozen (copied); null: only to deploy a state that holds them. */
  readonly encoderParams: Params | null;
  readonly distance: MutualDistance;
  /** Weight of the mutual distance on both sides: 0.001. */
  readonly weight: number;
  /** Steps over which the curriculum brings the mutual weight from 0.607 of `weight` to the whole; null: whole from the start. */
  readonly curriculum: number | null;
  /** The peer rests while its PSNR on the batch is more than this many dB above the student's; null: never. */
  readonly gapThreshold: number | null;
}

export interface JdsrOptions {
  readonly student: Omit<SectionedEdsrConfig, 'exits'>;
  /** null: the shallow exits learn from the ground truth alone. */
  readonly labels: SoftLabels | null;
  /** null: self-distillation alone. */
  readonly peer: ExternalPeer | null;
}

/**
 * Joint distillation, second stage (Luo et al., ACM MM 2021). The student reads bicubic LR and has exits S_1 ... S_K, the peer P reads the superior LR:
 * student: L1(S_K, HR) + sum_{i<K} L1(S_i, HR) + sum_{i<K} D(S_i, label_i) + w c(t) M(S_K, P);
 * peer: L1(P, HR) + w c(t) M(P, S_K), each with the other side, and the labels, held constant; c(t) is the curriculum, and the peer's update is
 * skipped while it is too far ahead. The generator of the labels is updated first. Adam for each of the three.
 * State: `network` (the student with all tails), and where they take part `generator`, `peer`, `encoder` (frozen), `progress`.
 * Deploys `student`, its deepest exit alone, the shallow ones (`exit-1` ...) for measurement, and `peer`, which takes HR.
 * Throws RangeError for an odd batch with a generator.
 */
export const jdsr = defineMethod({
  id: 'jdsr',
  title: 'Joint distillation',
  source: 'Luo et al., ACM MM 2021',
  method(options: JdsrOptions) {
    const { labels: soft, peer: external } = options;
    const student = sectionedNetwork(options.student);
    // The generator's objective is of the same images as the student's.
    const adam = adamFor(student.training);
    const generator = soft && soft.from !== 'deepest' ? softLabelGenerator(options.student) : null;
    const peerNetwork = external && shallowEdsr(external.network);
    const encoder = external && superiorLrEncoder(external.encoder);

    return {
      init(rng) {
        const network = student.training.init(rng);
        return {
          network,
          ...adamSlots(adamInit(network)),
          ...(generator ? trained('generator', generator.init(rng.split('generator'))) : {}),
          ...(peerNetwork ? trained('peer', peerNetwork.init(rng.split('peer'))) : {}),
          ...(external ? { encoder: cloneParams(encoderParams(external.encoderParams)), ...stepCounter() } : {}),
        };
      },

      step(state, batch) {
        const { lr, hr, learningRate } = batch;
        const network = slot(state, 'network');
        // What labels and peer see of the student: made outside the differentiated function, hence constant.
        const seen = sectionedPass(student, network, lr);
        const labelled = softLabels(state, batch, seen);
        const mutual = external ? peerStep(state, batch, seen.output, external) : null;

        const { loss, aux, grads } = valueAndGrads((p) => {
          const pass = sectionedPass(student, p, lr);
          const terms: Record<string, Scalar> = { reconstruction: l1Loss(pass.output, hr), intermediate: intermediateLoss(pass, hr) };
          if (soft) terms.labels = labelLoss(pass, labelled.labels, soft.distance);
          if (external && mutual) terms.mutual = tf.mul(mutualLoss(pass.output, mutual.output, external.distance), mutual.weight);
          return { loss: Object.values(terms).reduce((sum, term) => tf.add(sum, term)), aux: terms };
        }, network);

        return {
          state: { ...state, ...adamStep(state, 'network', 'adam', grads, learningRate, adam), ...labelled.state, ...mutual?.state },
          losses: { total: loss, ...aux, ...labelled.losses, ...mutual?.losses },
        };
      },

      deploy(state): Readonly<Record<string, Deployed>> {
        const deployed = student.deploy(slot(state, 'network'));
        if (!peerNetwork || !encoder) return deployed;
        const params = joinParams({ encoder: slot(state, 'encoder'), network: slot(state, 'peer') });
        return { ...deployed, peer: { model: behindEncoder(encoder, peerNetwork), params, sees: 'hr' } };
      },
    };

    /** The labels of the whole batch, from the generator after its update where there is one. */
    function softLabels(state: State, batch: Batch, seen: SectionedPass): { labels: readonly Tensor4D[]; state: State; losses: Losses } {
      if (!soft) return { labels: [], state: {}, losses: {} };
      if (!generator) return { labels: seen.exits.map(() => seen.output), state: {}, losses: {} };
      const { loss, grads } = generatorGradients(state, batch, seen, soft);
      const next = adamStep(state, 'generator', 'adam.generator', grads, batch.learningRate, adam);
      return { labels: generator.apply(slot(next, 'generator'), seen.features, batch.lr), state: next, losses: { meta: loss } };
    }

    function generatorGradients(state: State, batch: Batch, seen: SectionedPass, { from, distance, virtualRate }: SoftLabels) {
      if (!generator) throw new Error('these labels come from no generator');
      const { train, meta } = trainAndMetaHalves(batch);
      const half = train.lr.shape[0];
      const featuresOf = (begin: number): Tensor4D[] => seen.features.map((feature) => patchesOf(feature, begin, half));
      const generatorParams = slot(state, 'generator');
      if (from === 'first-order') return firstOrderGradients(generator, generatorParams, featuresOf(half), meta);
      const params = slot(state, 'network');
      return metaGradients({
        student,
        params,
        generator,
        generatorParams,
        features: featuresOf(0),
        train,
        meta,
        distance,
        rate: virtualRate,
      });
    }

    /** The peer's update against the student's output, and its own output before it: both networks learn from the same forward pass. */
    function peerStep(state: State, { hr, learningRate }: Batch, studentOutput: Tensor4D, options: ExternalPeer) {
      if (!peerNetwork || !encoder) throw new Error('there is no peer');
      const slr = superiorLrImage(encoder, slot(state, 'encoder'), hr);
      const steps = stepsTaken(state);
      const curriculum = options.curriculum === null ? tf.scalar(1) : curriculumWeight(steps, options.curriculum);
      const weight = tf.mul<Scalar>(curriculum, options.weight);
      const { aux, grads } = valueAndGrads(
        (p) => {
          const output = peerNetwork.apply(p, slr);
          const reconstruction = l1Loss(output, hr);
          const mutual = tf.mul<Scalar>(mutualLoss(output, studentOutput, options.distance), weight);
          return { loss: tf.add<Scalar>(reconstruction, mutual), aux: { output, reconstruction } };
        },
        slot(state, 'peer'),
      );
      const gap = psnrGap(aux.output, studentOutput, hr);
      const updated = adamStep(state, 'peer', 'adam.peer', grads, learningRate, adamFor(peerNetwork));
      const within = options.gapThreshold === null ? tf.scalar(1) : tf.cast(tf.lessEqual(gap, options.gapThreshold), 'float32');
      const open = within as Scalar;
      return {
        output: aux.output,
        weight,
        state: { ...(options.gapThreshold === null ? updated : selectState(open, updated, state)), progress: { steps: tf.add(steps, 1) } },
        losses: { peer: aux.reconstruction, gap, 'peer learns': open, curriculum },
      };
    }
  },
});

type Losses = Record<string, Scalar>;

function trained(name: string, params: Params): State {
  return { [name]: params, ...adamSlots(adamInit(params), `adam.${name}`) };
}
