import type { Model } from '@distillery/models';
import type { Params } from '@distillery/tensor';
import { teacherPass, type FrozenTeacher } from '../networks/frozen-teacher';
import { objectiveMethod } from '../training/objective';
import { l1Loss } from '../losses/l1';
import { defineMethod } from '../define-method';

export interface OutputDistillationOptions {
  readonly student: Model;
  readonly teacher: FrozenTeacher;
  /** Share of the teacher in the objective: 0 is plain training, 1 imitation alone. */
  readonly alpha: number;
  /** Parameters of the student to start from (copied); absent: drawn fresh. */
  readonly start?: Params;
}

/**
 * Distillation of the output alone (Hinton et al., 2015, for regression): L = (1 - alpha) mean |S(LR) - HR| + alpha mean |S(LR) - T(LR)|, Adam.
 * The control that every loss on features has to beat. Throws RangeError for an alpha outside 0..1.
 */
export const outputDistillation = defineMethod({
  id: 'output-distillation',
  title: 'Distillation of the output alone',
  source: 'Hinton et al., 2015, for regression',
  method({ student, teacher, alpha, start }: OutputDistillationOptions) {
    if (!(alpha >= 0 && alpha <= 1)) throw new RangeError(`output distillation: alpha ${alpha}, expected 0..1`);
    return objectiveMethod({
      network: student,
      ...(start && { start }),
      targets: ({ lr }) => teacherPass(teacher, lr),
      terms: ({ output }, { output: target }, { hr }) => ({
        reconstruction: { weight: 1 - alpha, value: l1Loss(output, hr) },
        imitation: { weight: alpha, value: l1Loss(output, target) },
      }),
    });
  },
});
