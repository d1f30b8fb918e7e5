import { row, type Datasets, type Experiment, type Tier } from '@distillery/lab';
import { mtkdArms, SCALE } from './recipes';

export function mtkdExperiments(tier: Tier, datasets: Datasets): readonly Experiment[] {
  const arms = mtkdArms(tier, datasets);
  return [
    {
      id: 'comparison',
      title: `Comparison, x${SCALE}: are several teachers better than one?`,
      caption:
        'The EDSR student trained alone, taught by the output of one teacher, and by the image that the aggregation network makes of three. The authors compare with five other methods of distillation; ' +
        'distillation of one teacher’s output stands here for them. The student alone for as many updates as teachers, aggregation network and student took together is a control of ours.',
      kind: 'table',
      arms: [
        row(arms.alone, 'Student alone'),
        row(arms.long, 'Student alone, total length (control)'),
        row(arms.single, 'Student, output of one teacher'),
        row(arms.mtkd, 'Student, MTKD'),
        row(arms.teachers.edsr, 'Teacher, EDSR', 'teacher'),
        row(arms.teachers.rcan, 'Teacher, RCAN', 'teacher'),
        row(arms.teachers.rrdbnet, 'Teacher, RRDBNet', 'teacher'),
      ],
    },
    {
      id: 'ablation',
      title: `Ablation, x${SCALE}: aggregation and wavelet distance`,
      caption:
        'What teaches (the aggregation network’s image, or the plain mean of the teachers’) by how the student is held to it (wavelet distance over four levels, or mean absolute difference). The wavelet distance is a sum of five ' +
        'terms, so that against the same weight of the ground truth it also weighs more. The released options of the second stage have the mean absolute difference, though the paper presents the other.',
      kind: 'table',
      arms: [
        row(arms.alone, 'Student alone'),
        row(arms.meanL1, 'Mean of the teachers, absolute difference'),
        row(arms.mean, 'Mean of the teachers, wavelet distance'),
        row(arms.l1, 'Aggregation, absolute difference (released options)'),
        row(arms.mtkd, 'Aggregation, wavelet distance (MTKD)'),
      ],
    },
  ];
}
