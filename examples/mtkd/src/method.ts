import { defineMethod, l1Loss, objectiveMethod, teacherPass, type FrozenTeacher } from '@distillery/distill';
import type { Model } from '@distillery/models';
import type { Params } from '@distillery/tensor';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { DctSwin } from './dct-swin';
import { waveletDistance } from './wavelet-distance';

export interface MtkdOptions {
  readonly student: Model;
  readonly teachers: readonly FrozenTeacher[];
  /** What makes one image of the teachers'; null: their mean. */
  readonly aggregation: { readonly network: DctSwin; readonly params: Params | undefined } | null;
  /** How the student's output is compared with that image: the Haar transform so many times over, or 0: mean absolute difference. */
  readonly levels: number;
  /** Weight of the ground truth. */
  readonly alpha: number;
}

/**
 * MTKD's second stage: L = D(S(LR), A(T_1(LR), ..., T_K(LR))) + alpha mean |S(LR) - HR|, Adam. S is the student, T_k and the aggregation network A are frozen, D is the wavelet distance;
 * images are NHWC in 0..1.
 */
export const mtkd = defineMethod({
  id: 'mtkd',
  title: 'Multi-teacher knowledge distillation',
  source: 'Jiang et al., ECCV 2024',
  method: ({ student, teachers, aggregation, levels, alpha }: MtkdOptions) =>
    objectiveMethod({
      network: student,
      targets({ lr }) {
        const images = teachers.map((teacher) => teacherPass(teacher, lr).output);
        return aggregation ? aggregated(aggregation, images) : tf.mul<Tensor4D>(tf.addN(images), 1 / images.length);
      },
      terms: ({ output }, target, { hr }) => ({
        distillation: { weight: 1, value: levels === 0 ? l1Loss(output, target) : waveletDistance(output, target, levels) },
        reconstruction: { weight: alpha, value: l1Loss(output, hr) },
      }),
    }),
});

function aggregated({ network, params }: NonNullable<MtkdOptions['aggregation']>, images: readonly Tensor4D[]): Tensor4D {
  if (!params) throw new Error('the aggregation network has no parameters: the method was made to deploy, not to train');
  return network.apply(params, images);
}
