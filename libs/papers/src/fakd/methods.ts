import { adapted, fakd, plain, RELATIONS, truncatedParams, vidRelation, type Relation } from '@distillery/distill';
import { buildNetwork, networkSchema, paperMethod, PLAIN, widthOf, type MethodOptions, type Recipe } from '@distillery/lab';
import { z } from 'zod';

const taps = z.array(z.string()).min(1);

/** The term on features. */
const features = z.strictObject({
  form: z.literal([...(Object.keys(RELATIONS) as (keyof typeof RELATIONS)[]), 'vid']),
  /** beta for images in 0..1. */
  weight: z.number(),
  /** A trained 1x1 convolution in front of each position's features. */
  adapters: z.boolean(),
  positions: z.strictObject({ student: taps, teacher: taps }),
});

const options = z.strictObject({
  student: networkSchema,
  teacher: networkSchema,
  alpha: z.number().min(0).max(1),
  /** null: distillation of the output alone. */
  features: features.nullable(),
  ensembleTeacher: z.boolean(),
  /** Whether the norm of each term's gradient is logged, for a backward pass each. */
  gradientNorms: z.boolean(),
});

export const FAKD_METHODS = {
  plain: PLAIN,

  /** The student starts as the teacher's leading layers and is not distilled. */
  'truncated-teacher': paperMethod({
    options: z.strictObject({ student: networkSchema }),
    starts: () => ({ teacher: 'required' }),
    build(given, scale, { start }) {
      const student = buildNetwork(given.student, scale);
      const pretrained = start.teacher?.network;
      return plain({ model: student, role: 'student', ...(pretrained && { start: truncatedParams(student, pretrained) }) });
    },
  }),

  fakd: paperMethod({
    options,
    starts: () => ({ teacher: 'required' }),
    build: (given, scale, { start }) =>
      fakd({
        ...given,
        student: buildNetwork(given.student, scale),
        teacher: { model: buildNetwork(given.teacher, scale), params: start.teacher?.network },
        features: given.features && {
          weight: given.features.weight,
          positions: given.features.positions,
          relation: relationOf(given, given.features),
        },
      }),
  }),
};

function relationOf({ student, teacher }: z.infer<typeof options>, { form, adapters, positions }: z.infer<typeof features>): Relation {
  const count = positions.student.length;
  const channels = { student: widthOf(student), teacher: widthOf(teacher) };
  const relation = form === 'vid' ? vidRelation(count, channels) : RELATIONS[form];
  return adapters ? adapted(relation, count, channels) : relation;
}

type Options = MethodOptions<typeof FAKD_METHODS>;
export type FakdRecipe<Arm extends string = string> = Recipe<Arm, Options>;
/** The term on features of an arm. */
export type FeatureTerm = NonNullable<Extract<Options, { name: 'fakd' }>['features']>;
