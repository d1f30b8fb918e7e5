import type { Claim, DirectionClaim } from '@distillery/lab';
import type { CsdArm } from './recipes';

const TABLE_1 = 'GitHub Booooooooooo/CSD, images/table.png (the printed Table 1)';
const ISSUE_9 =
  'GitHub Booooooooooo/CSD issue 9 (2021-11-13): one run by a user, not by the authors; its test command is not stated and taken to be the published one (self-ensemble)';
const REVIEW = 'a review of the paper; the printed table could not be read';

const DATASETS = ['DIV2K', 'Set5', 'Set14', 'BSD100', 'Urban100'] as const;
type Score = readonly [psnr: number, ssim: number];

/** Table 1: PSNR in dB and SSIM by dataset, x8 self-ensemble. */
const TABLE_1_ROWS: readonly {
  readonly row: string;
  readonly arm: CsdArm;
  readonly network: string;
  readonly scale: number;
  readonly scores: readonly [Score, Score, Score, Score, Score];
}[] = [
  {
    row: 'Baseline, EDSR+ 0.25x',
    arm: 'baseline',
    network: 'student',
    scale: 2,
    scores: [
      [34.75, 0.9463],
      [38.07, 0.9607],
      [33.68, 0.9179],
      [32.23, 0.9004],
      [32.28, 0.9298],
    ],
  },
  {
    row: 'Baseline, EDSR+ 0.25x',
    arm: 'baseline',
    network: 'student',
    scale: 4,
    scores: [
      [29.0, 0.8379],
      [32.23, 0.8957],
      [28.63, 0.7825],
      [27.6, 0.7366],
      [26.07, 0.7851],
    ],
  },
  {
    row: 'J-T1, EDSR+ 0.25x',
    arm: 'jt1',
    network: 'student',
    scale: 2,
    scores: [
      [34.73, 0.9461],
      [38.09, 0.9608],
      [33.67, 0.9179],
      [32.22, 0.9002],
      [32.26, 0.9296],
    ],
  },
  {
    row: 'J-T1, EDSR+ 0.25x',
    arm: 'jt1',
    network: 'student',
    scale: 4,
    scores: [
      [29.0, 0.8379],
      [32.22, 0.8958],
      [28.63, 0.7827],
      [27.6, 0.7369],
      [26.06, 0.7852],
    ],
  },
  {
    row: 'CSD, EDSR+ 0.25x',
    arm: 'csd',
    network: 'student',
    scale: 2,
    scores: [
      [34.85, 0.9473],
      [38.19, 0.9612],
      [33.85, 0.9199],
      [32.29, 0.9012],
      [32.55, 0.9327],
    ],
  },
  {
    row: 'CSD, EDSR+ 0.25x',
    arm: 'csd',
    network: 'student',
    scale: 4,
    scores: [
      [29.13, 0.8416],
      [32.34, 0.8974],
      [28.72, 0.7856],
      [27.68, 0.7396],
      [26.34, 0.7948],
    ],
  },
  {
    row: 'Baseline, EDSR+ 1x',
    arm: 'teacher',
    network: 'teacher',
    scale: 2,
    scores: [
      [35.12, 0.9699],
      [38.2, 0.9606],
      [34.02, 0.9204],
      [32.37, 0.9018],
      [33.1, 0.9363],
    ],
  },
  {
    row: 'Baseline, EDSR+ 1x',
    arm: 'teacher',
    network: 'teacher',
    scale: 4,
    scores: [
      [29.33, 0.8456],
      [32.6, 0.8998],
      [28.9, 0.7892],
      [27.76, 0.7428],
      [26.76, 0.8061],
    ],
  },
  {
    row: 'J-T1, EDSR+ 1x',
    arm: 'jt1',
    network: 'teacher',
    scale: 2,
    scores: [
      [35.11, 0.9489],
      [38.29, 0.9615],
      [34.1, 0.9216],
      [32.4, 0.9024],
      [32.13, 0.9371],
    ],
  },
  {
    row: 'J-T1, EDSR+ 1x',
    arm: 'jt1',
    network: 'teacher',
    scale: 4,
    scores: [
      [29.32, 0.8453],
      [32.59, 0.8997],
      [28.89, 0.7889],
      [27.76, 0.7424],
      [26.73, 0.8055],
    ],
  },
  {
    row: 'CSD, EDSR+ 1x',
    arm: 'csd',
    network: 'teacher',
    scale: 2,
    scores: [
      [35.15, 0.9402],
      [38.31, 0.9617],
      [34.07, 0.9216],
      [32.41, 0.9026],
      [33.17, 0.9375],
    ],
  },
  {
    row: 'CSD, EDSR+ 1x',
    arm: 'csd',
    network: 'teacher',
    scale: 4,
    scores: [
      [29.34, 0.8458],
      [32.6, 0.9],
      [28.91, 0.7893],
      [27.77, 0.743],
      [26.79, 0.8063],
    ],
  },
];

/** Printed values that are almost surely typing errors, by `arm/network/scale/dataset/metric`. */
const SUSPECT: Readonly<Record<string, string>> = {
  'teacher/teacher/x2/DIV2K/ssim': 'looks like a typing error in the paper: the other arms are near 0.949',
  'jt1/teacher/x2/Urban100/psnr': 'probably 33.13: its SSIM lies between those of two arms at 33.10 and 33.17 dB',
  'csd/teacher/x2/DIV2K/ssim': 'looks like a typing error in the paper: the other arms are near 0.949',
};

function tableOne(): Claim<CsdArm>[] {
  return TABLE_1_ROWS.flatMap(({ row, arm, network, scale, scores }) =>
    DATASETS.flatMap((dataset, d) =>
      (['psnr', 'ssim'] as const).map((metric, m): Claim<CsdArm> => {
        const key = `${arm}/${network}/x${scale}/${dataset}/${metric}`;
        return {
          id: `csd/table1/${key}`,
          paper: 'csd',
          table: 'Table 1',
          row,
          experiment: `table1-x${scale}`,
          arm,
          network,
          dataset,
          scale,
          metric,
          value: (scores[d] as Score)[m] as number,
          protocol: dataset === 'DIV2K' ? 'div2k-rgb' : 'csd-y',
          selfEnsemble: true,
          source: TABLE_1,
          verified: true,
          ...(SUSPECT[key] && { suspect: SUSPECT[key] }),
        };
      }),
    ),
  );
}

/** The control run of issue 9: the student starts as the teacher's slice and sees plain L1 only. Published at x4. */
const ISSUE_9_SCORES: Readonly<Record<string, Score>> = {
  Set5: [32.3454, 0.8969],
  Set14: [28.7276, 0.7849],
  BSD100: [27.6617, 0.7387],
  Urban100: [26.3034, 0.7924],
};

function issueNine(): Claim<CsdArm>[] {
  return Object.entries(ISSUE_9_SCORES).flatMap(([dataset, score]) =>
    (['psnr', 'ssim'] as const).map((metric, m): Claim<CsdArm> => ({
      id: `csd/issue9/slice-l1/student/x4/${dataset}/${metric}`,
      paper: 'csd',
      table: 'Issue 9',
      row: 'Student from the teacher slice, L1 only',
      experiment: 'table1-x4',
      arm: 'slice-l1',
      network: 'student',
      dataset,
      scale: 4,
      metric,
      value: score[m] as number,
      protocol: 'csd-y',
      selfEnsemble: true,
      source: ISSUE_9,
      verified: true,
    })),
  );
}

/** Tables that exist in the paper but could not be read: shown as not available, never filled in. */
function notReadable(): Claim<CsdArm>[] {
  const missing = (table: string, id: string, row: string, experiment: string, arm: CsdArm): Claim<CsdArm> => ({
    id: `csd/${id}/${arm}/student/x4/Set5/psnr`,
    paper: 'csd',
    table,
    row,
    experiment,
    arm,
    network: 'student',
    dataset: 'Set5',
    scale: 4,
    metric: 'psnr',
    value: null,
    protocol: 'csd-y',
    selfEnsemble: true,
    source: REVIEW,
    verified: false,
  });
  return [
    missing('Table 2', 'table2', 'Ground truth as positive, no negatives', 'positives', 'gt-positive-k0-none'),
    missing('Table 2', 'table2', 'Ground truth as positive, with negatives', 'positives', 'gt-positive'),
    ...[1, 2, 4, 8].map((k) =>
      missing('Figure 6', 'figure6', `${k} negative${k === 1 ? '' : 's'}`, 'negatives', k === 1 ? 'csd-k1' : `csd-k${k}-sum`),
    ),
    missing('Figure 6', 'figure6', '10 negatives', 'negatives', 'csd'),
  ];
}

export const CLAIMS: readonly Claim<CsdArm>[] = [...tableOne(), ...issueNine(), ...notReadable()];

const student = (arm: CsdArm) => ({ arm, network: 'student' });

/** A row of Table 1 by dataset. */
function publishedScores(arm: CsdArm, network: string, scale: number): Record<string, Score> {
  const row = TABLE_1_ROWS.find((candidate) => candidate.arm === arm && candidate.network === network && candidate.scale === scale);
  if (!row) throw new Error(`Table 1 has no row of ${arm} for the ${network} at x${scale}`);
  return Object.fromEntries(DATASETS.map((name, d) => [name, row.scores[d] as Score]));
}

/** Differences of published PSNRs (better minus worse) in dB, by dataset. */
function gain(better: Readonly<Record<string, Score>>, worse: Readonly<Record<string, Score>>): Record<string, number> {
  const entries = Object.entries(worse).map(([name, [psnr]]) => [name, Number(((better[name] as Score)[0] - psnr).toFixed(4))] as const);
  return Object.fromEntries(entries);
}

function tableOneDirections(scale: 2 | 4): DirectionClaim<CsdArm>[] {
  const published = (arm: CsdArm) => publishedScores(arm, 'student', scale);
  const base = {
    paper: 'csd',
    metric: 'psnr',
    scale,
    experiment: `table1-x${scale}`,
    table: 'Table 1',
    source: TABLE_1,
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
      published: scale === 4 ? gain(published('csd'), ISSUE_9_SCORES) : null,
      source: `${TABLE_1}; ${ISSUE_9}`,
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

const ABLATION = { paper: 'csd', metric: 'psnr', scale: 4, published: null, source: REVIEW, verified: false } as const;

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
