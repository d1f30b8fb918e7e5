import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor4D } from '@tensorflow/tfjs-core';
import { bicubicUpsampleTensor } from '@distillery/data';
import { leadingSlice, type Model } from '@distillery/models';
import { adamInit, cloneParams, valueAndGrads, type Params } from '@distillery/tensor';
import { adamFor, adamSlots, adamStep } from '../training/adam-slots';
import { contrastiveLoss, type Denominator } from '../losses/contrastive';
import { l1Loss } from '../losses/l1';
import { slot } from '../training/state';
import { defineMethod } from '../define-method';

/** VGG19 layers of the contrastive loss and their weights a_j (released code; the paper's order, shallow to deep). */
export const CSD_LAYERS = ['relu1_1', 'relu2_1', 'relu3_1', 'relu4_1', 'relu5_1'] as const;
export const CSD_LAYER_WEIGHTS = [1 / 32, 1 / 16, 1 / 8, 1 / 4, 1] as const;
/** lambda_CL = 200 on images in 0..255; here images are 0..1, so the L1 terms are 255 times smaller while the ratio is not. */
export const CSD_CONTRAST_WEIGHT = 200 / 255;
/** The released negatives are upsampled by PyTorch's bicubic: a = -0.75, half-pixel centres, no antialias. */
const PYTORCH_BICUBIC = -0.75;

/** What the student is drawn to: the teacher's output (the paper) or the ground truth (its ablation). */
export const CSD_POSITIVES = ['teacher', 'ground-truth'] as const;

export interface Contrast {
  /** lambda_CL for images in 0..1. */
  readonly weight: number;
  readonly positive: (typeof CSD_POSITIVES)[number];
  /** K: the first K bicubically upsampled LR patches of the batch, shared by all anchors. */
  readonly negatives: number;
  readonly denominator: Denominator;
  /** Frozen features phi_j of RGB images in 0..1, one tensor per entry of `layerWeights`. */
  readonly features: (image: Tensor4D) => Tensor4D[];
  readonly layerWeights: readonly number[];
}

export interface CsdOptions {
  /** The full-width network. */
  readonly teacher: Model;
  /** The same architecture with fewer channels: its parameters are the leading slice of the teacher's. */
  readonly student: Model;
  /** lambda_T, weight of the teacher's own L1. */
  readonly teacherWeight: number;
  /** null: joint training without the contrastive term (the paper's J-T1). */
  readonly contrast: Contrast | null;
  /** Pretrained teacher to start from (copied); absent: drawn fresh. */
  readonly start?: Params;
}

/**
 * Contrastive self-distillation (IJCAI 2021). One set of weights, two widths: O_T = net(I, 1), O_S = net(I, w), w the student's part of the channels.
 * L = |O_S - HR| + lambda_CL L_CL(O_S; O_T, negatives) + lambda_T |O_T - HR|, Adam on the shared weights. The contrastive term
 * reaches the teacher's pass only through the shared weights (`--contrast_t_detach` in the published command).
 * Throws RangeError if a batch holds fewer than K patches.
 */
export const csd = defineMethod({
  id: 'csd',
  title: 'Contrastive self-distillation',
  source: 'IJCAI 2021',
  method({ teacher, student, teacherWeight, contrast, start }: CsdOptions) {
    const studentOf = (network: Params): Params => leadingSlice(student, network);

    return {
      init(rng) {
        const network = start ? cloneParams(start) : teacher.init(rng);
        return { network, ...adamSlots(adamInit(network)) };
      },

      step(state, { lr, hr, learningRate }) {
        const network = slot(state, 'network');

        // The loss is a sum, so teacher and student are differentiated apart: that is what keeps the positive off the tape.
        const joint = valueAndGrads((p) => {
          const output = teacher.apply(p, lr);
          return { loss: tf.mul<Scalar>(l1Loss(output, hr), teacherWeight), aux: { output } };
        }, network);

        const attract = contrast?.positive === 'ground-truth' ? hr : joint.aux.output;
        const positive = contrast ? contrast.features(attract) : [];
        const negatives =
          contrast && contrast.denominator !== 'none' ? contrast.features(bicubicNegatives(lr, teacher.scale, contrast.negatives)) : [];

        const slim = valueAndGrads((p) => {
          const output = student.apply(studentOf(p), lr);
          const reconstruction = l1Loss(output, hr);
          if (!contrast) return { loss: reconstruction, aux: { reconstruction } as Record<string, Scalar> };
          const { layerWeights, denominator, weight } = contrast;
          const contrastive = contrastiveLoss({ anchor: contrast.features(output), positive, negatives, layerWeights, denominator });
          return { loss: tf.add<Scalar>(reconstruction, tf.mul(contrastive, weight)), aux: { reconstruction, contrastive } };
        }, network);

        const grads = Object.fromEntries(
          Object.keys(network).map((name) => [name, tf.add(joint.grads[name] as tf.Tensor, slim.grads[name] as tf.Tensor)]),
        );
        return {
          state: adamStep(state, 'network', 'adam', grads, learningRate, adamFor(teacher)),
          losses: { total: tf.add<Scalar>(joint.loss, slim.loss), teacher: joint.loss, ...slim.aux },
        };
      },

      deploy(state) {
        const network = slot(state, 'network');
        return { student: { model: student, params: studentOf(network) }, teacher: { model: teacher, params: network } };
      },
    };
  },
});

/** The first `count` LR patches of the batch, upsampled to HR size: `[count, scale h, scale w, c]`. */
function bicubicNegatives(lr: Tensor4D, scale: number, count: number): Tensor4D {
  if (count > lr.shape[0]) throw new RangeError(`CSD takes its ${count} negatives from the batch, which has only ${lr.shape[0]} patches`);
  return bicubicUpsampleTensor(tf.slice(lr, [0, 0, 0, 0], [count, -1, -1, -1]), scale, PYTORCH_BICUBIC);
}
