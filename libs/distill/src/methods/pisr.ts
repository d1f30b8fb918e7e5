import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { Model, PisrAutoencoder } from '@distillery/models';
import type { Params } from '@distillery/tensor';
import { featuresAt, type Forward } from '../networks/forward';
import { teacherPass } from '../networks/frozen-teacher';
import { objectiveMethod, type Term } from '../training/objective';
import { featureDistance } from '../losses/feature-distance';
import { l1Loss } from '../losses/l1';
import { constantVarianceVid, predictedVid, type Vid } from '../losses/vid';
import type { Batch } from '../method';
import { slot } from '../training/state';
import { defineMethod } from '../define-method';

/** lambda_T, the weight of imitation, and lambda_S, that of VID, both of means (released code). */
export const PISR_IMITATION_WEIGHT = 1e-4;
export const PISR_DISTILLATION_WEIGHT = 1e-6;

export interface PisrTeacherOptions {
  readonly teacher: PisrAutoencoder;
  /** lambda_T; 0: the code is free, and its distance to LR only logged. */
  readonly imitationWeight: number;
}

/**
 * PISR's first stage (Lee et al., ECCV 2020): the teacher is trained to reconstruct HR through a code of LR size that imitates LR,
 * L = mean |decoder(encoder(x)) - HR| + lambda_T mean |encoder(x) - LR|, with x = HR for the privileged teacher and x = LR for the
 * control without the privilege; Adam. Deploys the `teacher`, and its `decoder` alone as a network for LR images: the student's start.
 */
export const pisrTeacher = defineMethod({
  id: 'pisr-teacher',
  title: 'PISR’s first stage: the privileged teacher',
  source: 'Lee et al., ECCV 2020',
  method({ teacher, imitationWeight }: PisrTeacherOptions) {
    const method = objectiveMethod({
      network: teacher,
      role: 'teacher',
      taps: ['code'],
      input: (batch) => seenBy(teacher, batch),
      terms: (pass, _, { lr, hr }) => ({
        reconstruction: { weight: 1, value: l1Loss(pass.output, hr) },
        imitation: { weight: imitationWeight, value: l1Loss(featureAt(pass, 'code'), lr) },
      }),
    });
    return {
      ...method,
      deploy(state) {
        const params = slot(state, 'network');
        return {
          teacher: { model: teacher, params, ...(teacher.config.sees === 'hr' && { sees: 'hr' }) },
          decoder: { model: teacher.decoder, params: teacher.decoderParams(params) },
        };
      },
    };
  },
});

/** How the student's features are drawn to the teacher's: VID's forms, or the plain distances mean |s - t| and mean (s - t)^2. */
export const PISR_DISTANCES = ['vid-laplace', 'vid-gaussian', 'vid-constant', 'l1', 'l2'] as const;
export type PisrDistance = (typeof PISR_DISTANCES)[number];

export interface PisrDistillation {
  readonly distance: PisrDistance;
  /** The tap of the student, and of the decoder, whose features are compared: `mid_part` of FSRCNN, after "expanding", as released. */
  readonly tap: string;
  /** Channels of the features there. */
  readonly channels: number;
  /** lambda_S, or the norm of the distance's gradient held at a multiple of that of L1's, step by step. */
  readonly strength: { readonly weight: number } | { readonly gradientRatio: number };
}

/** Where the student starts: all of the decoder's parameters, the deconvolution too (as released), or drawn fresh. */
export const PISR_STARTS = ['decoder', 'random'] as const;

export interface PisrOptions {
  readonly student: Model;
  readonly teacher: PisrAutoencoder;
  /** The trained teacher's; absent where the method is made only to deploy its student. */
  readonly teacherParams: Params | undefined;
  readonly start: (typeof PISR_STARTS)[number];
  /** Of features (PISR); of the output alone, `output` times mean |S(LR) - T(x)|, a control; or null: L1 to HR alone. */
  readonly distillation: PisrDistillation | { readonly output: number } | null;
}

/**
 * PISR's second stage: the student, of the decoder's architecture, sees LR. L = mean |S(LR) - HR| + lambda_S D(f_S, f_T), D the -log likelihood
 * of the teacher's features given the student's (VID), f_T from the teacher's pass over HR; Adam. The norms of both terms' gradients in the
 * student's parameters are logged, for the released lambda_S = 1e-6 weights a mean and may hardly move the student.
 */
export const pisr = defineMethod({
  id: 'pisr',
  title: 'Distillation of privileged information (PISR)',
  source: 'Lee et al., ECCV 2020',
  method({ student, teacher, teacherParams, start, distillation }: PisrOptions) {
    const decoder = teacherParams && start === 'decoder' ? { start: teacher.decoderParams(teacherParams) } : {};
    const common = { network: student, ...decoder } as const;
    const reconstruction = ({ output }: Forward, { hr }: Batch): Term => ({ weight: 1, value: l1Loss(output, hr) });
    if (!distillation) return objectiveMethod({ ...common, terms: (pass, _, batch) => ({ reconstruction: reconstruction(pass, batch) }) });
    const passOfTeacher = (batch: Batch, taps?: readonly string[]): Forward =>
      teacherPass({ model: teacher, params: teacherParams }, seenBy(teacher, batch), taps);
    if ('output' in distillation)
      return objectiveMethod({
        ...common,
        targets: (batch) => passOfTeacher(batch).output,
        terms: (pass, target, batch) => ({
          reconstruction: reconstruction(pass, batch),
          imitation: { weight: distillation.output, value: l1Loss(pass.output, target) },
        }),
      });

    const { tap, strength } = distillation;
    const { heads, loss } = distanceOf(distillation);
    return objectiveMethod({
      ...common,
      taps: [tap],
      ...(heads && { heads }),
      targets: (batch) => featureAt(passOfTeacher(batch, [tap]), tap),
      terms: (pass, target, batch, heads) => ({
        reconstruction: reconstruction(pass, batch),
        distillation: {
          weight: 'weight' in strength ? strength.weight : 1,
          value: loss(heads, featureAt(pass, tap), target),
        },
      }),
      gradientNorms: true,
      ...('gradientRatio' in strength && { gradientRatio: strength.gradientRatio }),
    });
  },
});

function distanceOf({ distance, channels }: PisrDistillation): Pick<Vid, 'loss'> & Partial<Pick<Vid, 'heads'>> {
  const sides = { student: channels, teacher: channels };
  switch (distance) {
    case 'vid-laplace':
      return predictedVid('laplace', sides);
    case 'vid-gaussian':
      return predictedVid('gaussian', sides);
    case 'vid-constant':
      return constantVarianceVid(sides);
    case 'l1':
    case 'l2':
      return { loss: (_, student, teacher) => featureDistance(student, teacher, distance) };
  }
}

function seenBy({ config }: PisrAutoencoder, { lr, hr }: Batch): Tensor4D {
  return config.sees === 'hr' ? hr : lr;
}

function featureAt(pass: Forward, tap: string): Tensor4D {
  return featuresAt(pass, [tap])[0] as Tensor4D;
}
