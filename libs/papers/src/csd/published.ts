import type { CsdArm } from './recipes';

type Scores = readonly [number, number, number, number, number];

/** A row of Table 1: the networks of one width, trained in one way, at one scale. x8 self-ensemble. */
export interface PublishedRow {
  readonly arm: Extract<CsdArm, 'baseline' | 'teacher' | 'jt1' | 'csd'>;
  /** Part of the channels: 1 for the teacher. */
  readonly width: 0.25 | 1;
  readonly scale: 2 | 4;
  /** In dB, in the order of `DATASETS`. */
  readonly psnr: Scores;
  readonly ssim: Scores;
}

export const DATASETS = ['DIV2K', 'Set5', 'Set14', 'BSD100', 'Urban100'] as const;

/** Table 1 of the paper. */
export const TABLE_1: readonly PublishedRow[] = [
  { arm: 'baseline', width: 0.25, scale: 2, psnr: [34.75, 38.07, 33.68, 32.23, 32.28], ssim: [0.9463, 0.9607, 0.9179, 0.9004, 0.9298] },
  { arm: 'baseline', width: 0.25, scale: 4, psnr: [29.0, 32.23, 28.63, 27.6, 26.07], ssim: [0.8379, 0.8957, 0.7825, 0.7366, 0.7851] },
  { arm: 'jt1', width: 0.25, scale: 2, psnr: [34.73, 38.09, 33.67, 32.22, 32.26], ssim: [0.9461, 0.9608, 0.9179, 0.9002, 0.9296] },
  { arm: 'jt1', width: 0.25, scale: 4, psnr: [29.0, 32.22, 28.63, 27.6, 26.06], ssim: [0.8379, 0.8958, 0.7827, 0.7369, 0.7852] },
  { arm: 'csd', width: 0.25, scale: 2, psnr: [34.85, 38.19, 33.85, 32.29, 32.55], ssim: [0.9473, 0.9612, 0.9199, 0.9012, 0.9327] },
  { arm: 'csd', width: 0.25, scale: 4, psnr: [29.13, 32.34, 28.72, 27.68, 26.34], ssim: [0.8416, 0.8974, 0.7856, 0.7396, 0.7948] },
  { arm: 'teacher', width: 1, scale: 2, psnr: [35.12, 38.2, 34.02, 32.37, 33.1], ssim: [0.9699, 0.9606, 0.9204, 0.9018, 0.9363] },
  { arm: 'teacher', width: 1, scale: 4, psnr: [29.33, 32.6, 28.9, 27.76, 26.76], ssim: [0.8456, 0.8998, 0.7892, 0.7428, 0.8061] },
  { arm: 'jt1', width: 1, scale: 2, psnr: [35.11, 38.29, 34.1, 32.4, 32.13], ssim: [0.9489, 0.9615, 0.9216, 0.9024, 0.9371] },
  { arm: 'jt1', width: 1, scale: 4, psnr: [29.32, 32.59, 28.89, 27.76, 26.73], ssim: [0.8453, 0.8997, 0.7889, 0.7424, 0.8055] },
  { arm: 'csd', width: 1, scale: 2, psnr: [35.15, 38.31, 34.07, 32.41, 33.17], ssim: [0.9402, 0.9617, 0.9216, 0.9026, 0.9375] },
  { arm: 'csd', width: 1, scale: 4, psnr: [29.34, 32.6, 28.91, 27.77, 26.79], ssim: [0.8458, 0.9, 0.7893, 0.743, 0.8063] },
];

/** Printed values that are almost surely typing errors, by `arm/network/scale/dataset/metric`. */
export const SUSPECT: Readonly<Record<string, string>> = {
  'teacher/teacher/x2/DIV2K/ssim': 'looks like a typing error in the paper: the other arms are near 0.949',
  'jt1/teacher/x2/Urban100/psnr': 'probably 33.13: its SSIM lies between those of two arms at 33.10 and 33.17 dB',
  'csd/teacher/x2/DIV2K/ssim': 'looks like a typing error in the paper: the other arms are near 0.949',
};

/** The control run of issue 9: the student starts as the teacher's slice and sees plain L1 only. Published at x4, without DIV2K. */
export const ISSUE_9 = { datasets: DATASETS.slice(1), psnr: [32.3454, 28.7276, 27.6617, 26.3034], ssim: [0.8969, 0.7849, 0.7387, 0.7924] };
