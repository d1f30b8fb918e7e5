import { outputDistillation } from '@distillery/distill';
import { buildNetwork, networkSchema } from '@distillery/models';
import { z } from 'zod';
import { paperMethod } from './paper-method';

/**
 * Output distillation, the same in every paper. The teacher is the slot `network` of the run that the recipe starts from; the student starts from
 * scratch.
 */
export const OUTPUT_DISTILLATION = paperMethod({
  options: z.strictObject({ student: networkSchema, teacher: networkSchema, alpha: z.number().min(0).max(1) }),
  build: ({ student, teacher, alpha }, scale, { startState }) =>
    outputDistillation({
      student: buildNetwork(student, scale),
      teacher: { model: buildNetwork(teacher, scale), params: startState?.network },
      alpha,
    }),
});
