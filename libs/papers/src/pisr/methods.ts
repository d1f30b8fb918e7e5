import { pisr, PISR_DISTANCES, PISR_STARTS, pisrTeacher } from '@distillery/distill';
import { buildNetwork, networkSchema, paperMethod, PLAIN, type MethodOptions, type Recipe } from '@distillery/lab';
import { pisrAutoencoder, pisrEncoderOptions } from '@distillery/models';
import { z } from 'zod';

const count = z.int().positive();
const weight = z.number().min(0);
/** The student's network, which is the teacher's decoder, and the teacher's encoder. */
const autoencoder = { network: networkSchema, encoder: pisrEncoderOptions };

export const PISR_METHODS = {
  plain: PLAIN,

  'pisr-teacher': paperMethod({
    options: z.strictObject({ ...autoencoder, imitationWeight: weight }),
    build: ({ network, encoder, imitationWeight }, scale) =>
      pisrTeacher({ teacher: pisrAutoencoder(buildNetwork(network, scale), encoder), imitationWeight }),
  }),

  pisr: paperMethod({
    options: z.strictObject({
      ...autoencoder,
      start: z.literal(PISR_STARTS),
      /** A distance of features, the teacher's output at a weight, or nothing. */
      distillation: z
        .union([
          z.strictObject({
            distance: z.literal(PISR_DISTANCES),
            tap: z.string(),
            channels: count,
            strength: z.union([z.strictObject({ weight }), z.strictObject({ gradientRatio: weight })]),
          }),
          z.strictObject({ output: weight }),
        ])
        .nullable(),
    }),
    starts: () => ({ teacher: 'required' }),
    build({ network, encoder, start, distillation }, scale, { start: { teacher } }) {
      const student = buildNetwork(network, scale);
      return pisr({ student, teacher: pisrAutoencoder(student, encoder), teacherParams: teacher?.network, start, distillation });
    },
  }),
};

type Options = MethodOptions<typeof PISR_METHODS>;
export type PisrRecipe<Arm extends string = string> = Recipe<Arm, Options>;
/** PISR's own options. */
export type PisrOptions = Extract<Options, { name: 'pisr' }>;
