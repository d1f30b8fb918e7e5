import { buildNetwork, networkSchema, paperMethod, PLAIN, type MethodOptions, type Recipe } from '@distillery/lab';
import { z } from 'zod';
import { myPaper } from './method';

/** The methods that recipes name, each with its options: their type, and what is checked, follow from the schema. */
export const MY_PAPER_METHODS = {
  plain: PLAIN,

  'my-paper': paperMethod({
    options: z.strictObject({ student: networkSchema, teacher: networkSchema, weight: z.number().min(0) }),
    starts: () => ({ teacher: 'required' }),
    build: ({ student, teacher, weight }, scale, { start }) =>
      myPaper({
        student: buildNetwork(student, scale),
        teacher: { model: buildNetwork(teacher, scale), params: start.teacher?.network },
        weight,
      }),
  }),
};

export type MyPaperRecipe<Arm extends string = string> = Recipe<Arm, MethodOptions<typeof MY_PAPER_METHODS>>;
