import { outputDistillation } from '@distillery/distill';
import { buildNetwork, networkSchema } from '@distillery/models';
import { z } from 'zod';
import { paperMethod } from './paper-method';

/**
 * Output distillation, the same in every paper. The teacher is the slot `network` of the run `teacher`; the student starts from scratch.
 */
export const OUTPUT_DISTILLATION = paperMethod({
  options: z.strictObject({ student: networkSchema, teacher: networkSchema, alpha: z.number().min(0).max(1) }),
  starts: () => ({ teacher: 'required' }),
  build: ({ student, teacher, alpha }, scale, { start }) =>
    outputDistillation({
      student: buildNetwork(student, scale),
      teacher: { model: buildNetwork(teacher, scale), params: start.teacher?.network },
      alpha,
    }),
});
