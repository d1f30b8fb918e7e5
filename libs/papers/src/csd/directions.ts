import type { DirectionClaim } from '@distillery/lab';
import { ISSUE_9_SOURCE, REVIEW_SOURCE, TABLE_1_SOURCE } from './claims';
import { DATASETS, ISSUE_9, TABLE_1 } from './published';
import type { CsdArm } from './recipes';

const student = (arm: CsdArm) => ({ arm, network: 'student' });

/** PSNR in dB by dataset. */
type ByDataset = Readonly<Record<string, number>>;

/** The student's row of Table 1. */
function studentRow(arm: CsdArm, scale: number): ByDataset {
  const row = TABLE_1.find((candidate) => candidate.arm === arm && candidate.width === 0.25 && candidate.scale === scale);
  if (!row) throw new Error(`Table 1 has no row of ${arm} for the student at x${scale}`);
  return Object.fromEntries(DATASETS.map((name, d) => [name, row.psnr[d] as number]));
}

function issueNineRow(): ByDataset {
  return Object.fromEntries(ISSUE_9.datasets.map((name, d) => [name, ISSUE_9.psnr[d] as number]));
}

/** Differences of published PSNRs (better minus worse) in dB, on the datasets of the worse. */
function gain(better: ByDataset, worse: ByDataset): ByDataset {
  return Object.fromEntries(Object.entries(worse).map(([name, psnr]) => [name, Number(((better[name] as number) - psnr).toFixed(4))]));
}

function tableOneDirections(scale: 2 | 4): DirectionClaim<CsdArm>[] {
  const published = (arm: CsdArm) => studentRow(arm, scale);
  const base = {
    paper: 'csd',
    metric: 'psnr',
    scale,
    experiment: `table1-x${scale}`,
    table: 'Table 1',
    source: TABLE_1_SOURCE,
    verified: true,
  } as const;
  return [
    {
      ...base,
      id: `csd/direction/csd-over-baseline/x${scale}`,
      statement: 'CSD improves the 0.25x student over separate training.',
      better: student('csd'),
      worse: student('baseline'),
      published: gain(published('csd'), published('baseline')),
    },
    {
      ...base,
      id: `csd/direction/csd-over-jt1/x${scale}`,
      statement: 'The contrastive term improves the student over joint training alone.',
      better: student('csd'),
      worse: student('jt1'),
      published: gain(published('csd'), published('jt1')),
    },
    {
      ...base,
      id: `csd/direction/csd-over-slice/x${scale}`,
      table: 'Issue 9',
      statement: 'The contrastive term improves the student over the control that only starts from the teacher slice.',
      better: student('csd'),
      worse: student('slice-l1'),
      published: scale === 4 ? gain(published('csd'), issueNineRow()) : null,
      source: `${TABLE_1_SOURCE}; ${ISSUE_9_SOURCE}`,
    },
    {
      ...base,
      id: `csd/direction/csd-over-equal-length/x${scale}`,
      statement: 'CSD improves the student over plain training of the same total length (pretraining included).',
      better: student('csd'),
      worse: student('baseline-long'),
      published: null,
      source: 'our control; the paper has no such arm',
    },
    {
      ...base,
      id: `csd/direction/jt1-equals-baseline/x${scale}`,
      statement: 'Joint training without the contrastive term is as good as separate training (0.05 dB).',
      better: student('jt1'),
      worse: student('baseline'),
      within: 0.05,
      published: gain(published('jt1'), published('baseline')),
    },
    {
      ...base,
      id: `csd/direction/teacher-over-csd/x${scale}`,
      statement: 'The teacher stays ahead of the distilled student.',
      better: { arm: 'teacher', network: 'teacher' },
      worse: student('csd'),
      published: null,
    },
  ];
}

const ABLATION = { paper: 'csd', metric: 'psnr', scale: 4, published: null, source: REVIEW_SOURCE, verified: false } as const;

export const DIRECTIONS: readonly DirectionClaim<CsdArm>[] = [
  ...tableOneDirections(2),
  ...tableOneDirections(4),
  {
    ...ABLATION,
    id: 'csd/direction/negatives-sum',
    table: 'Figure 6',
    statement: 'Ten negatives beat one, denominator summed as released (which also divides the loss weight by ten).',
    experiment: 'negatives',
    better: student('csd'),
    worse: student('csd-k1'),
  },
  {
    ...ABLATION,
    id: 'csd/direction/negatives-mean',
    table: 'Figure 6',
    statement: 'Ten negatives beat one, denominator averaged so that the loss weight stays the same.',
    experiment: 'negatives',
    better: student('csd-k10-mean'),
    worse: student('csd-k1'),
  },
  {
    ...ABLATION,
    id: 'csd/direction/negatives-help',
    table: 'Table 2',
    statement: 'Pushing away from negatives helps at equal weight: averaged over ten, against the same denominator held constant.',
    experiment: 'negatives',
    better: student('csd-k10-mean'),
    worse: student('csd-k0-constant'),
  },
  {
    ...ABLATION,
    id: 'csd/direction/gt-positive-hurts',
    table: 'Table 2',
    statement: 'The ground truth as positive without negatives falls below plain training.',
    experiment: 'positives',
    better: student('baseline'),
    worse: student('gt-positive-k0-none'),
  },
  {
    ...ABLATION,
    id: 'csd/direction/teacher-positive',
    table: 'Table 2',
    statement: 'The teacher output is a better positive than the ground truth, negatives being the same.',
    experiment: 'positives',
    better: student('csd'),
    worse: student('gt-positive'),
  },
  ...(
    [
      ['csd-w0.5', 'csd'],
      ['csd-w0.75', 'csd-w0.5'],
    ] as const
  ).map(([wide, narrow]): DirectionClaim<CsdArm> => ({
    ...ABLATION,
    id: `csd/direction/width-${wide}-over-${narrow}`,
    table: 'Figure 4(a)',
    statement: `Wider students score higher: ${wide} over ${narrow}.`,
    experiment: 'width',
    better: student(wide),
    worse: student(narrow),
    source: 'the ordering of widths in the paper and in the deleted demo script of its repository',
  })),
];
