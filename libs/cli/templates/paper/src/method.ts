import { defineMethod, l1Loss, objectiveMethod, teacherPass, type FrozenTeacher } from '@distillery/distill';
import type { Model } from '@distillery/models';

export interface MyPaperOptions {
  readonly student: Model;
  readonly teacher: FrozenTeacher;
  /** Weight of the teacher's output against the ground truth. */
  readonly weight: number;
}

/** Equation number: L = mean |S(LR) - HR| + weight mean |S(LR) - T(LR)|, Adam. S is the student, T the frozen teacher; images are NHWC in 0..1. */
export const myPaper = defineMethod({
  id: 'my-paper',
  title: 'What the method is, in a few words',
  source: 'authors, venue and year',
  method: ({ student, teacher, weight }: MyPaperOptions) =>
    objectiveMethod({
      network: student,
      targets: ({ lr }) => teacherPass(teacher, lr),
      terms: ({ output }, { output: target }, { hr }) => ({
        reconstruction: { weight: 1, value: l1Loss(output, hr) },
        imitation: { weight, value: l1Loss(output, target) },
      }),
    }),
});
