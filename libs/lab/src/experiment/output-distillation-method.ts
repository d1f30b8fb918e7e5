import { outputDistillation, type Method } from '@distillery/distill';
import { z } from 'zod';
import { buildNetwork, networkSchema } from './network';
import type { Resources } from './paper';

/** The options of output distillation in a recipe, the same in every paper. */
export const outputDistillationOptions = z.object({
  name: z.literal('output-distillation'),
  student: networkSchema,
  teacher: networkSchema,
  alpha: z.number().min(0).max(1),
});

/** Output distillation as a recipe says. The teacher is the slot `network` of the run that the recipe starts from; the student starts from scratch. */
export function outputDistillationMethod(
  { student, teacher, alpha }: z.infer<typeof outputDistillationOptions>,
  scale: number,
  { startState }: Resources,
): Method {
  return outputDistillation({
    student: buildNetwork(student, scale),
    teacher: { model: buildNetwork(teacher, scale), params: startState?.network },
    alpha,
  });
}
