import type { Claim, DirectionClaim } from '@distillery/lab';
import { SCALE, type MyPaperArm } from './recipes';

/** Printed numbers. One that could not be read, or that nobody checked, is null. */
export const CLAIMS: readonly Claim<MyPaperArm>[] = [
  {
    id: `my-paper/table1/distilled/student/x${SCALE}/Set5/psnr`,
    paper: 'my-paper',
    table: 'Table 1',
    row: 'Student, distilled',
    experiment: 'table1',
    arm: 'distilled',
    network: 'student',
    dataset: 'Set5',
    scale: SCALE,
    metric: 'psnr',
    value: null,
    protocol: 'y-border-scale',
    selfEnsemble: false,
    source: 'Table 1 of the paper',
    verified: false,
  },
];

const direction = (better: MyPaperArm, worse: MyPaperArm, statement: string, source: string): DirectionClaim<MyPaperArm> => ({
  id: `my-paper/direction/${better}-over-${worse}`,
  paper: 'my-paper',
  table: 'Table 1',
  statement,
  experiment: 'table1',
  better: { arm: better, network: 'student' },
  worse: { arm: worse, network: 'student' },
  metric: 'psnr',
  scale: SCALE,
  published: null,
  source,
  verified: false,
});

/** What the paper says is better than what. */
export const DIRECTIONS: readonly DirectionClaim<MyPaperArm>[] = [
  direction('distilled', 'alone', 'The teacher’s output improves the student over training alone.', 'Table 1 of the paper'),
  direction(
    'distilled',
    'alone-long',
    'It does so also over training alone for as many updates as teacher and student together.',
    'our control; the paper has no such row',
  ),
];
