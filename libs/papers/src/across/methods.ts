import {
  adapted,
  CSD_CONTRAST_WEIGHT,
  csd,
  fakd,
  FAKD_ALPHA,
  FAKD_WEIGHT,
  pdd,
  plain,
  RELATIONS,
  srkd,
  vidRelation,
  type FrozenTeacher,
  type Method,
  type Relation,
} from '@distillery/distill';
import type { Resources } from '@distillery/lab';
import { leadingSlice, sectionedEdsr, type Model, type Scale } from '@distillery/models';
import { z } from 'zod';
import { csdFeatures } from '../csd/features';
import { pddFeatures } from '../pdd/features';

const count = z.int().positive();
export const sectioned = z.object({ features: count, sections: count, blocks: count, resScale: z.number(), rgbRange: z.literal([1, 255]) });
const pair = { student: sectioned, teacher: sectioned };

/** The relatives that draw the student's features to the teacher's. */
export const FEATURE_FORMS = ['feature-l2', 'attention-transfer', 'fsp', 'vid'] as const;

/** The methods that learn from the one frozen teacher. Those with a first stage of their own are their papers'. */
export const taughtOptions = z.discriminatedUnion('name', [
  z.object({ name: z.literal('teacher-slice'), ...pair }),
  z.object({
    name: z.literal('imitation'),
    ...pair,
    alpha: z.number(),
    ensembleTeacher: z.boolean(),
    start: z.literal(['scratch', 'slice']),
  }),
  z.object({ name: z.literal('csd'), ...pair, negatives: count }),
  z.object({ name: z.literal('srkd'), ...pair, power: count, gradientRatio: z.number().positive().nullable() }),
  z.object({ name: z.literal('fakd'), ...pair, positions: z.literal('thirds') }),
  z.object({ name: z.literal('features'), ...pair, form: z.literal(FEATURE_FORMS), gradientRatio: z.number().positive() }),
  z.object({ name: z.literal('pdd'), ...pair, warmUp: z.int().min(0) }),
]);

export type TaughtOptions = z.infer<typeof taughtOptions>;

/**
 * A method with the common student and the common teacher. The relatives, whose papers have no weights for such networks, have their gradient held at a multiple of
 * that of L1, and look at the features after every section.
 */
export function taughtMethod(options: TaughtOptions, scale: number, resources: Resources): Method {
  const build = (config: TaughtOptions['student']): Model => sectionedEdsr({ ...config, scale: scale as Scale, exits: 'last' });
  const [student, teacher] = [build(options.student), build(options.teacher)];
  const params = resources.startState?.network;
  const frozen: FrozenTeacher = { model: teacher, params };
  const slice = () => (params ? { start: leadingSlice(student, params) } : {});
  const taps = sectionTaps(options.student.sections);
  const alike = (names: string[]) => ({ student: names, teacher: names });
  switch (options.name) {
    case 'teacher-slice':
      return plain({ model: student, role: 'student', ...slice() });
    case 'imitation': {
      const start = options.start === 'slice' ? slice() : {};
      return fakd({ student, teacher: frozen, alpha: options.alpha, features: null, ensembleTeacher: options.ensembleTeacher, ...start });
    }
    case 'csd': {
      const contrast = {
        weight: CSD_CONTRAST_WEIGHT,
        positive: 'teacher',
        negatives: options.negatives,
        denominator: 'sum',
        ...csdFeatures(resources),
      } as const;
      return csd({ teacher, student, teacherWeight: 1, contrast, ...(params && { start: params }) });
    }
    case 'srkd':
      // The best row of the paper's Table 1, (2; 1, 1, 0): the first two of its positions.
      return srkd({
        student,
        teacher: frozen,
        reconstructionWeight: 2,
        positions: taps.slice(0, 2).map((tap) => ({ studentTap: tap, teacherTap: tap, weight: 1 })),
        statistics: [{ of: 'power-of-mean', power: options.power }],
        norm: 'l2',
        gradientNorms: true,
        ...(options.gradientRatio !== null && { gradientRatio: options.gradientRatio }),
      });
    case 'fakd':
      return fakd({
        student,
        teacher: frozen,
        alpha: FAKD_ALPHA,
        features: { weight: FAKD_WEIGHT, relation: RELATIONS['spatial-affinity'], positions: alike(thirds(taps)) },
        gradientNorms: true,
      });
    case 'features': {
      const channels = { student: options.student.features, teacher: options.teacher.features };
      const relation = relationOf(options.form, taps.length, channels);
      return fakd({
        student,
        teacher: frozen,
        alpha: 0,
        features: { weight: 1, relation, positions: alike(taps) },
        gradientRatio: options.gradientRatio,
      });
    }
    case 'pdd':
      return pdd({
        network: student,
        reference: frozen,
        inter: { weight: 1, distance: 'gram-of-difference' },
        intra: { weight: 1, distance: 'cross-entropy' },
        direct: 0,
        supervised: { pixel: 0.5, perceptual: 0, adversarial: 0 },
        detachSynthetic: false,
        warmUp: { discriminator: 0, supervised: options.warmUp },
        emaDecay: 0.999,
        discriminatorFeatures: 4,
        features: pddFeatures(resources),
        premise: false,
      });
  }
}

/** The student is narrower than the teacher: forms that want equal widths see it through trained 1x1 convolutions. */
function relationOf(form: (typeof FEATURE_FORMS)[number], positions: number, channels: { student: number; teacher: number }): Relation {
  switch (form) {
    case 'vid':
      return vidRelation(positions, channels);
    case 'attention-transfer':
      return RELATIONS[form];
    case 'feature-l2':
    case 'fsp':
      return adapted(RELATIONS[form], positions, channels);
  }
}

/** A third and two thirds of the way, and the end, as FAKD's scripts have it. */
function thirds(taps: readonly string[]): string[] {
  const at = [1, 2, 3].map((third) => Math.ceil((third * taps.length) / 3) - 1);
  return [...new Set(at)].map((i) => taps[i] as string);
}

/** `section.1` ... `section.K` */
export function sectionTaps(sections: number): string[] {
  return Array.from({ length: sections }, (_, i) => `section.${i + 1}`);
}
