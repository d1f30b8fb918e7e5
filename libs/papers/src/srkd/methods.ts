import { EXTREME_STATISTICS, fakd, NORMS, POWER_STATISTICS, srkd, SRKD_TAPS } from '@distillery/distill';
import {
  buildNetwork,
  networkSchema,
  OUTPUT_DISTILLATION,
  paperMethod,
  PLAIN,
  widthOf,
  type MethodOptions,
  type Recipe,
  type StartNames,
} from '@distillery/lab';
import { seedRng } from '@distillery/tensor';
import { z } from 'zod';
import { RELATIVES, relativeOf } from './relatives';

const networks = { student: networkSchema, teacher: networkSchema };
const weight = z.number().min(0);
const power = z.int().min(1);
const norm = z.literal(NORMS);

export const SRKD_METHODS = {
  plain: PLAIN,
  'output-distillation': OUTPUT_DISTILLATION,

  srkd: paperMethod({
    options: z.strictObject({
      ...networks,
      teacherWeights: z.literal(['trained', 'random']),
      reconstructionWeight: weight,
      positionWeights: z.tuple([weight, weight, weight]),
      statistics: z
        .array(z.union([z.strictObject({ of: z.literal(POWER_STATISTICS), power }), z.strictObject({ of: z.literal(EXTREME_STATISTICS) })]))
        .min(1),
      norm,
      reconstructionNorm: norm,
      gradientNorms: z.boolean(),
      /** null: the weights count. */
      gradientRatio: z.number().positive().nullable(),
    }),
    // Without positions it is plain training, and the teacher is never asked.
    starts: ({ positionWeights }): StartNames => (positionWeights.some((weight) => weight > 0) ? { teacher: 'required' } : {}),
    build({ student, teacher, teacherWeights, positionWeights, gradientRatio, ...options }, scale, { start }) {
      const model = buildNetwork(teacher, scale);
      const trained = start.teacher?.network;
      return srkd({
        ...options,
        student: buildNetwork(student, scale),
        teacher: { model, params: trained && teacherWeights === 'random' ? model.init(seedRng(0)) : trained },
        positions: SRKD_TAPS.map((taps, i) => ({ ...taps, weight: positionWeights[i] as number })),
        ...(gradientRatio !== null && { gradientRatio }),
      });
    },
  }),

  /** The ground truth and a relation of features at the first of SRKD's positions, the relation at a fixed share of the gradient. */
  relation: paperMethod({
    options: z.strictObject({
      ...networks,
      form: z.literal(RELATIVES),
      positions: z.int().min(1).max(SRKD_TAPS.length),
      gradientRatio: z.number().positive(),
    }),
    starts: () => ({ teacher: 'required' }),
    build({ student, teacher, form, positions, gradientRatio }, scale, { start }) {
      const taps = SRKD_TAPS.slice(0, positions);
      const channels = { student: widthOf(student), teacher: widthOf(teacher) };
      return fakd({
        student: buildNetwork(student, scale),
        teacher: { model: buildNetwork(teacher, scale), params: start.teacher?.network },
        alpha: 0,
        features: {
          weight: 1,
          positions: { student: taps.map(({ studentTap }) => studentTap), teacher: taps.map(({ teacherTap }) => teacherTap) },
          relation: relativeOf(form, positions, channels),
        },
        gradientRatio,
      });
    },
  }),
};

type Options = MethodOptions<typeof SRKD_METHODS>;
export type SrkdRecipe<Arm extends string = string> = Recipe<Arm, Options>;
/** SRKD's own options. */
export type SrkdOptions = Extract<Options, { name: 'srkd' }>;
