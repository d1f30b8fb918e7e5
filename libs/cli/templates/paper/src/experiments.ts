import { row, type Datasets, type Experiment, type Tier } from '@distillery/lab';
import { myPaperArms, SCALE } from './recipes';

export function myPaperExperiments(tier: Tier, datasets: Datasets): readonly Experiment[] {
  const arms = myPaperArms(tier, datasets);
  return [
    {
      id: 'table1',
      title: `Table 1, x${SCALE}: does the teacher help?`,
      caption:
        'What the paper shows here, and what stands beside it. The student trained alone for as many updates as teacher and student together is a control of ours.',
      kind: 'table',
      arms: [
        row(arms.alone, 'Student alone'),
        row(arms.long, 'Student alone, total length (control)'),
        row(arms.distilled, 'Student, my-paper'),
        row(arms.teacher, 'Teacher', 'teacher'),
      ],
    },
  ];
}
