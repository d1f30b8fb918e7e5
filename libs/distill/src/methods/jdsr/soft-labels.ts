import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor4D } from '@tensorflow/tfjs-core';
import type { SoftLabelGenerator } from '@distillery/models';
import { mapParams, valueAndGrads, type Params } from '@distillery/tensor';
import { charbonnierLoss } from '../../losses/charbonnier';
import { l1Loss } from '../../losses/l1';
import { intermediateLoss, sectionedPass, sumOf, type SectionedNetwork, type SectionedPass } from './sections';

/** How an exit is compared with its soft label. */
export const LABEL_DISTANCES = ['l1', 'charbonnier'] as const;
export type LabelDistance = (typeof LABEL_DISTANCES)[number];

/** Where the Charbonnier distance turns from a parabola into L1: two and a half grey levels. */
const EPSILON = 0.01;

/** sum_i D(S_i, label_i) over the shallow exits. Labels are constants of the student's step. */
export function labelLoss({ exits }: SectionedPass, labels: readonly Tensor4D[], distance: LabelDistance): Scalar {
  return sumOf(
    exits.map((exit, i) => {
      const label = labels[i] as Tensor4D;
      return distance === 'l1' ? l1Loss(exit, label) : charbonnierLoss(exit, label, EPSILON);
    }),
  );
}

/** One half of a batch. */
export interface Half {
  readonly lr: Tensor4D;
  readonly hr: Tensor4D;
}

/** The first and second half of a batch: what the virtual step trains on, and what judges it. Throws RangeError for an odd number of patches. */
export function trainAndMetaHalves({ lr, hr }: Half): { train: Half; meta: Half } {
  const count = lr.shape[0];
  if (count % 2 !== 0)
    throw new RangeError(`the soft-label generator halves the batch, which has ${count} patches; expected an even number`);
  const half = (begin: number): Half => ({ lr: patchesOf(lr, begin, count / 2), hr: patchesOf(hr, begin, count / 2) });
  return { train: half(0), meta: half(count / 2) };
}

/** `count` patches of a batch from `begin` on. */
export function patchesOf(x: Tensor4D, begin: number, count: number): Tensor4D {
  return tf.slice(x, [begin, 0, 0, 0], [count, -1, -1, -1]);
}

export interface MetaStep {
  readonly student: SectionedNetwork;
  readonly params: Params;
  readonly generator: SoftLabelGenerator;
  readonly generatorParams: Params;
  /** The student's features on the train half, as constants. */
  readonly features: readonly Tensor4D[];
  readonly train: Half;
  readonly meta: Half;
  readonly distance: LabelDistance;
  /** Learning rate eta of the virtual step. */
  readonly rate: number;
}

/**
 * Loss and gradient of the generator phi through a virtual step of the student theta:
 * theta'(phi) = theta - eta d/dtheta [ L1(S_K, HR) + sum_i L1(S_i, HR) + sum_i D(S_i, label_i(phi)) ] on the train half;
 * L_meta(phi) = L1(S_K(theta'), HR) + sum_i L1(S_i(theta'), HR) on the meta half. Second order: the gradient goes through d/dtheta.
 * With D = L1 it is exactly zero, because the labels then enter d/dtheta by sign(S_i - label_i) only.
 */
export function metaGradients(step: MetaStep): { loss: Scalar; grads: Params } {
  const { student, params, generator, generatorParams, features, train, meta, distance, rate } = step;
  const { loss, grads } = valueAndGrads((phi) => {
    const labels = generator.apply(phi, features, train.lr);
    const inner = valueAndGrads((theta) => {
      const pass = sectionedPass(student, theta, train.lr);
      return { loss: tf.add<Scalar>(truthLoss(pass, train.hr), labelLoss(pass, labels, distance)), aux: {} };
    }, params);
    const virtual = mapParams(params, (value, name) => tf.sub(value, tf.mul(inner.grads[name] as tf.Tensor, rate)));
    return { loss: truthLoss(sectionedPass(student, virtual, meta.lr), meta.hr), aux: {} };
  }, generatorParams);
  return { loss, grads };
}

/** The cheap stand-in: the generator learns to predict the ground truth of the meta half itself, L = sum_i L1(label_i(phi), HR). `features` are of that half. */
export function firstOrderGradients(
  generator: SoftLabelGenerator,
  params: Params,
  features: readonly Tensor4D[],
  meta: Half,
): { loss: Scalar; grads: Params } {
  return valueAndGrads((phi) => {
    const labels = generator.apply(phi, features, meta.lr);
    return { loss: sumOf(labels.map((label) => l1Loss(label, meta.hr))), aux: {} };
  }, params);
}

function truthLoss(pass: SectionedPass, hr: Tensor4D): Scalar {
  return tf.add(l1Loss(pass.output, hr), intermediateLoss(pass, hr));
}
