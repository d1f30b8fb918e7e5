import { BEST_WEIGHTS, weightsArm, type LossWeights, type SrkdArm, type StatisticName } from './recipes';
import type { SrkdScale } from './settings';

export const BENCHMARKS = ['Set5', 'Set14', 'BSD100', 'Urban100'] as const;

/** PSNR in dB by benchmark; null where the table has no number. */
export type Scores = readonly [Set5: number, Set14: number, BSD100: number | null, Urban100: number | null];

/** A printed row, and our arm and network that measure it; null: none does. */
export interface PublishedRow {
  readonly row: string;
  readonly arm: SrkdArm | null;
  readonly network: 'teacher' | 'student';
  readonly scale: SrkdScale;
  readonly psnr: Scores;
  readonly suspect?: string;
}

/** Rows of Table 1 that are trained with the term on features, x3, G_mean, in print order. */
export const WEIGHT_ROWS: readonly {
  readonly weights: LossWeights;
  readonly psnr: Scores;
  readonly printed?: string;
  readonly suspect?: string;
}[] = [
  { weights: { reconstruction: 1, positions: [1, 0, 0] }, psnr: [32.39, 29.13, 28.22, 25.79] },
  {
    weights: { reconstruction: 1, positions: [0, 1, 0] },
    psnr: [32.39, 29.13, 28.22, 25.79],
    suspect: 'the same four numbers as the row before it',
  },
  {
    weights: { reconstruction: 1, positions: [0, 0, 1] },
    psnr: [32.17, 28.98, 28.12, 25.62],
    printed: '(1; 1,0,1), first of two',
    suspect: 'printed as (1; 1,0,1), which a later row has again with other numbers; by the order of the rows it is (1; 0,0,1)',
  },
  { weights: { reconstruction: 1, positions: [1, 1, 0] }, psnr: [32.38, 29.12, 28.23, 25.79] },
  { weights: { reconstruction: 1, positions: [1, 0, 1] }, psnr: [32.22, 29.03, 28.18, 25.69] },
  { weights: { reconstruction: 1, positions: [0, 1, 1] }, psnr: [32.29, 29.07, 28.19, 25.72] },
  { weights: BEST_WEIGHTS, psnr: [32.43, 29.14, 28.25, 25.82] },
  { weights: { reconstruction: 2, positions: [1, 0, 1] }, psnr: [32.27, 29.03, 28.17, 25.68] },
  { weights: { reconstruction: 2, positions: [0, 1, 1] }, psnr: [32.32, 29.08, 28.21, 25.74] },
  { weights: { reconstruction: 1, positions: [1, 1, 1] }, psnr: [32.3, 29.05, 28.19, 25.73] },
  { weights: { reconstruction: 3, positions: [1, 1, 1] }, psnr: [32.38, 29.16, 28.25, 25.81] },
];

/** `(2; 1,1,0)` */
export function printedWeights({ reconstruction, positions }: LossWeights): string {
  return `(${reconstruction}; ${positions.join(',')})`;
}

const BICUBIC_X3: PublishedRow = { row: 'bicubic', arm: null, network: 'student', scale: 3, psnr: [30.49, 27.55, 27.21, 24.46] };
const TEACHER_X3: PublishedRow = { row: 'TNSR (teacher)', arm: 'teacher', network: 'teacher', scale: 3, psnr: [34.13, 30.1, 28.95, 27.62] };
const STUDENT_X3: PublishedRow = {
  row: 'SNSR (student alone)',
  arm: 'student',
  network: 'student',
  scale: 3,
  psnr: [32.07, 28.9, 28.08, 25.49],
};

export const TABLE_1: readonly PublishedRow[] = [
  BICUBIC_X3,
  TEACHER_X3,
  STUDENT_X3,
  ...WEIGHT_ROWS.map(({ weights, psnr, printed, suspect }): PublishedRow => ({
    row: printed ?? printedWeights(weights),
    arm: weightsArm(weights),
    network: 'student',
    scale: 3,
    psnr,
    ...(suspect !== undefined && { suspect }),
  })),
];

const SRKD_ROW = 'SNSR + (G_mean)^2 KD';

export const TABLE_2: readonly PublishedRow[] = [
  { row: 'bicubic', arm: null, network: 'student', scale: 2, psnr: [33.68, 30.33, 29.56, 26.88] },
  { row: 'RAISR', arm: null, network: 'student', scale: 2, psnr: [36.15, 32.13, null, null] },
  { row: 'TNSR (teacher)', arm: 'teacher', network: 'teacher', scale: 2, psnr: [37.84, 33.4, 32.08, 31.45] },
  { row: 'SNSR (student alone)', arm: 'student', network: 'student', scale: 2, psnr: [36.29, 32.27, 31.11, 28.83] },
  { row: SRKD_ROW, arm: 'mean2', network: 'student', scale: 2, psnr: [36.74, 32.53, 31.35, 29.37] },
  BICUBIC_X3,
  { row: 'RAISR', arm: null, network: 'student', scale: 3, psnr: [32.21, 28.86, null, null] },
  TEACHER_X3,
  STUDENT_X3,
  { row: SRKD_ROW, arm: 'mean2', network: 'student', scale: 3, psnr: [32.6, 29.27, 28.32, 25.97] },
  { row: 'bicubic', arm: null, network: 'student', scale: 4, psnr: [28.43, 26.1, 25.96, 23.14] },
  { row: 'RAISR', arm: null, network: 'student', scale: 4, psnr: [29.84, 27.0, null, null] },
  { row: 'TNSR (teacher)', arm: 'teacher', network: 'teacher', scale: 4, psnr: [31.85, 28.43, 27.43, 25.64] },
  { row: 'SNSR (student alone)', arm: 'student', network: 'student', scale: 4, psnr: [30.32, 27.43, 26.83, 24.25] },
  { row: SRKD_ROW, arm: 'mean2', network: 'student', scale: 4, psnr: [30.57, 27.63, 26.95, 24.48] },
];

/** Statistics as the paper writes them. */
export const STATISTIC_TITLES: Readonly<Record<StatisticName, string>> = {
  mean: 'G_mean',
  mean2: '(G_mean)^2',
  mean3: '(G_mean)^3',
  mean4: '(G_mean)^4',
  squares: '(G^2)_mean',
  max: 'G_max',
  min: 'G_min',
};

const FIGURE_4_BARS: Readonly<Record<StatisticName, Scores>> = {
  mean: [32.43, 29.14, 28.25, 25.82],
  mean2: [32.6, 29.27, 28.32, 25.97],
  mean3: [32.38, 29.13, 28.23, 25.8],
  mean4: [32.26, 29.06, 28.18, 25.7],
  squares: [32.4, 29.16, 28.25, 25.82],
  max: [32.24, 29.05, 28.17, 25.68],
  min: [32.33, 29.09, 28.2, 25.72],
};

export const FIGURE_4: readonly PublishedRow[] = [
  { ...STUDENT_X3, row: 'student alone' },
  ...(Object.keys(FIGURE_4_BARS) as StatisticName[]).map((name): PublishedRow => ({
    row: STATISTIC_TITLES[name],
    arm: name,
    network: 'student',
    scale: 3,
    psnr: FIGURE_4_BARS[name],
  })),
];
