import { settlingSchedule, stepSchedule, type NetworkOptions, type Recipe, type Tier } from '@distillery/lab';

export type SrkdScale = 2 | 3 | 4;

/**
 * What a tier fixes for every SRKD run. Depths are the paper's at every tier, so that its taps exist, and teacher and student have one
 * width, as in the paper; that width and the lengths differ.
 */
export interface SrkdSettings {
  readonly teacher: NetworkOptions;
  readonly student: NetworkOptions;
  readonly lrPatch: number;
  readonly batch: number;
  /** Length of the teacher's training. */
  readonly pretrain: number;
  /** Length of every student's. */
  readonly steps: number;
  readonly learningRate: {
    readonly teacher: number;
    /** At the small tier higher, where each does best within its length; the student's by one run: 31.06 dB on Set5 x3 against 30.51 dB at 0.001. */
    readonly student: number;
  };
  readonly schedule: (steps: number, learningRate: number) => Recipe['schedule'];
}

const tnsr = (features: number) => ({ architecture: 'tnsr', features, blocks: 10 }) as const;
const snsr = (features: number) => ({ architecture: 'snsr', features, blocks: 3 }) as const;

export const SRKD_SETTINGS: Readonly<Record<Tier, SrkdSettings>> = {
  smoke: {
    teacher: tnsr(8),
    student: snsr(8),
    lrPatch: 8,
    batch: 4,
    pretrain: 100,
    steps: 80,
    learningRate: { teacher: 5e-3, student: 5e-3 },
    schedule: halvedByQuarters,
  },
  // On Set5 x3, where bicubic has 30.40 dB, 16 channels and 600 steps ended at 28.78 (student) and 29.65 (teacher). So wide, the student alone reaches 30.54, and 30.84 in 2000 steps; the teacher 31.05.
  learn: {
    teacher: tnsr(32),
    student: snsr(32),
    lrPatch: 10,
    batch: 8,
    pretrain: 800,
    steps: 1200,
    learningRate: { teacher: 2e-3, student: 1e-2 },
    schedule: settlingSchedule,
  },
  small: {
    teacher: tnsr(32),
    student: snsr(32),
    lrPatch: 16,
    batch: 8,
    pretrain: 10_000,
    steps: 10_000,
    learningRate: { teacher: 1e-3, student: 5e-3 },
    schedule: settlingSchedule,
  },
  // Networks as in the paper. Nothing is known about its training: data, patches, batch, length and rate are ours.
  full: {
    teacher: tnsr(64),
    student: snsr(64),
    lrPatch: 48,
    batch: 16,
    pretrain: 300_000,
    steps: 300_000,
    learningRate: { teacher: 1e-3, student: 1e-3 },
    schedule: halvedByQuarters,
  },
};

/** Halved after each quarter. At the small tier runs settle instead. */
function halvedByQuarters(steps: number, learningRate: number): Recipe['schedule'] {
  return stepSchedule(steps, learningRate, 0.5, Math.ceil(steps / 4));
}
