import {
  CSD_CONTRAST_WEIGHT,
  csd,
  fakd,
  FAKD_ALPHA,
  FAKD_WEIGHT,
  pdd,
  plain,
  RELATIONS,
  srkd,
  type FrozenTeacher,
} from '@distillery/distill';
import { paperMethod, PLAIN, type MethodOptions, type Recipe, type Resources, type StartNames } from '@distillery/lab';
import { leadingSlice, sectionedEdsr, type Model, type Scale } from '@distillery/models';
import type { Params } from '@distillery/tensor';
import { z } from 'zod';
import { csdFeatures } from '../csd/features';
import { JDSR_METHODS } from '../jdsr/methods';
import { pddFeatures } from '../pdd/features';
import { PISR_METHODS } from '../pisr/methods';
import { RELATIVES, relativeOf } from '../srkd/relatives';
import { reweigh } from './reweigh';

const count = z.int().positive();
const sectioned = sectionedEdsr.options.omit({ exits: true });
/** The common student and the common teacher. */
const pair = z.strictObject({ student: sectioned, teacher: sectioned });
type Pair = z.infer<typeof pair>;

/** What the method's own weights are multiplied by, its share beside the ground truth included; absent: 1. */
const factor = z.number().positive().optional();

const fromTeacher = (): StartNames => ({ teacher: 'required' });

/**
 * Every method with the common student. Those that learn from the one frozen teacher stand here, those with a first stage of their own are their papers'. The
 * relatives, whose papers have no weights for such networks, have their gradient held at a multiple of that of L1, and look at the features after every section.
 */
export const ACROSS_METHODS = {
  plain: PLAIN,

  'teacher-slice': paperMethod({
    options: pair,
    starts: fromTeacher,
    build(options, scale, resources) {
      const { student, params } = networks(options, scale, resources);
      return plain({ model: student, role: 'student', ...slice(student, params) });
    },
  }),

  imitation: paperMethod({
    options: pair.extend({ alpha: z.number(), ensembleTeacher: z.boolean(), start: z.literal(['scratch', 'slice']) }),
    starts: fromTeacher,
    build({ alpha, ensembleTeacher, start, ...options }, scale, resources) {
      const { student, frozen, params } = networks(options, scale, resources);
      return fakd({ student, teacher: frozen, alpha, features: null, ensembleTeacher, ...(start === 'slice' && slice(student, params)) });
    },
  }),

  csd: paperMethod({
    options: pair.extend({ negatives: count, factor }),
    needsFeatures: () => 'vgg19',
    starts: fromTeacher,
    build({ negatives, factor: times = 1, ...options }, scale, resources) {
      const { student, frozen, params } = networks(options, scale, resources);
      return csd({
        teacher: frozen.model,
        student,
        teacherWeight: 1,
        contrast: { weight: times * CSD_CONTRAST_WEIGHT, positive: 'teacher', negatives, denominator: 'sum', ...csdFeatures(resources) },
        ...(params && { start: params }),
      });
    },
  }),

  /** The best row of the paper's Table 1, (2; 1, 1, 0): the first two of its positions. */
  srkd: paperMethod({
    options: pair.extend({ power: count, gradientRatio: z.number().positive().nullable(), factor }),
    starts: fromTeacher,
    build({ power, gradientRatio, factor: times = 1, ...options }, scale, resources) {
      const { student, frozen, taps } = networks(options, scale, resources);
      return srkd({
        student,
        teacher: frozen,
        reconstructionWeight: 2,
        positions: taps.slice(0, 2).map((tap) => ({ studentTap: tap, teacherTap: tap, weight: times })),
        statistics: [{ of: 'power-of-mean', power }],
        norm: 'l2',
        gradientNorms: true,
        ...(gradientRatio !== null && { gradientRatio }),
      });
    },
  }),

  fakd: paperMethod({
    options: pair.extend({ positions: z.literal('thirds'), factor }),
    starts: fromTeacher,
    build({ factor: times = 1, ...options }, scale, resources) {
      const { student, frozen, taps } = networks(options, scale, resources);
      return fakd({
        student,
        teacher: frozen,
        alpha: reweigh(FAKD_ALPHA, FAKD_ALPHA, times),
        features: {
          weight: reweigh(FAKD_WEIGHT, FAKD_ALPHA, times),
          relation: RELATIONS['spatial-affinity'],
          positions: alike(thirds(taps)),
        },
        gradientNorms: true,
      });
    },
  }),

  features: paperMethod({
    options: pair.extend({ form: z.literal(RELATIVES), gradientRatio: z.number().positive() }),
    starts: fromTeacher,
    build({ form, gradientRatio, ...options }, scale, resources) {
      const { student, frozen, taps } = networks(options, scale, resources);
      const channels = { student: options.student.features, teacher: options.teacher.features };
      const relation = relativeOf(form, taps.length, channels);
      return fakd({ student, teacher: frozen, alpha: 0, features: { weight: 1, relation, positions: alike(taps) }, gradientRatio });
    },
  }),

  pdd: paperMethod({
    options: pair.extend({ warmUp: z.int().min(0), factor }),
    needsFeatures: () => 'vgg19',
    starts: fromTeacher,
    build({ warmUp, factor: times = 1, ...options }, scale, resources) {
      const { student, frozen } = networks(options, scale, resources);
      return pdd({
        network: student,
        reference: frozen,
        inter: { weight: times, distance: 'gram-of-difference' },
        intra: { weight: times, distance: 'cross-entropy' },
        direct: 0,
        supervised: { pixel: 0.5, perceptual: 0, adversarial: 0 },
        detachSynthetic: false,
        warmUp: { discriminator: 0, supervised: warmUp },
        emaDecay: 0.999,
        discriminatorFeatures: 4,
        ...pddFeatures('vgg19', resources),
        premise: false,
      });
    },
  }),

  'pisr-teacher': PISR_METHODS['pisr-teacher'],
  pisr: PISR_METHODS.pisr,
  'superior-lr': JDSR_METHODS['superior-lr'],
  jdsr: JDSR_METHODS.jdsr,
  'deep-mutual-learning': JDSR_METHODS['deep-mutual-learning'],
  'be-your-own-teacher': JDSR_METHODS['be-your-own-teacher'],
};

export type AcrossRecipe<Arm extends string = string> = Recipe<Arm, MethodOptions<typeof ACROSS_METHODS>>;

/** Student and teacher, the teacher's parameters (where the run starts from it), and the taps after every section of either. */
function networks(options: Pair, scale: number, { start }: Resources) {
  const build = (config: Pair['student']): Model => sectionedEdsr({ ...config, scale: scale as Scale, exits: 'last' });
  const params = start.teacher?.network;
  const frozen: FrozenTeacher = { model: build(options.teacher), params };
  return { student: build(options.student), frozen, params, taps: sectionTaps(options.student.sections) };
}

function slice(student: Model, params: Params | undefined): { readonly start?: Params } {
  return params ? { start: leadingSlice(student, params) } : {};
}

function alike(taps: readonly string[]) {
  return { student: taps, teacher: taps };
}

/** A third and two thirds of the way, and the end, as FAKD's scripts have it. */
function thirds(taps: readonly string[]): string[] {
  const at = [1, 2, 3].map((third) => Math.ceil((third * taps.length) / 3) - 1);
  return [...new Set(at)].map((i) => taps[i] as string);
}

/** `section.1` ... `section.K` */
function sectionTaps(sections: number): string[] {
  return Array.from({ length: sections }, (_, i) => `section.${i + 1}`);
}
