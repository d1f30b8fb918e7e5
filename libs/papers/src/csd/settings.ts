import { stepSchedule, type Recipe, type Tier } from '@distillery/lab';
import type { EdsrConfig } from '@distillery/models';

/** What a tier fixes for every CSD run. `steps` is the length of every arm after pretraining; `pretrain` the teacher's alone. */
export interface CsdSettings {
  readonly teacher: Omit<EdsrConfig, 'scale'>;
  readonly patch: Readonly<Record<2 | 4, number>>;
  readonly batch: number;
  readonly pretrain: number;
  readonly steps: number;
  readonly learningRate: number;
  /** Steps after which the rate falls to a tenth, each time; null: half of the run's own length. */
  readonly decayEvery: number | null;
}

export const CSD_SETTINGS: Readonly<Record<Tier, CsdSettings>> = {
  smoke: {
    teacher: { features: 16, blocks: 2, resScale: 1, rgbRange: 1 },
    patch: { 2: 24, 4: 24 },
    batch: 10,
    pretrain: 20,
    steps: 5,
    learningRate: 1e-3,
    decayEvery: null,
  },
  // The rate at which the student alone gets furthest in this many steps: 29.14 dB on Set5, x4; 28.88 at 1e-3 and 28.55 at 5e-4.
  small: {
    teacher: { features: 32, blocks: 4, resScale: 1, rgbRange: 1 },
    patch: { 2: 32, 4: 40 },
    batch: 10,
    pretrain: 1500,
    steps: 1500,
    learningRate: 2e-3,
    decayEvery: null,
  },
  // The released command: 400 epochs of 1000 iterations, batch 16, HR patch 192 at every scale (the paper's x2 patch is not known).
  full: {
    teacher: { features: 256, blocks: 32, resScale: 0.1, rgbRange: 255 },
    patch: { 2: 192, 4: 192 },
    batch: 16,
    pretrain: 300_000,
    steps: 400_000,
    learningRate: 1e-4,
    decayEvery: 200_000,
  },
};

/**
 * The released loop divides the rate by ten every 200 epochs, however many there are: once in the 400 of the paper's runs, and three times in the control
 * for the total length. Below the full tier all runs are shorter than those 200,000 steps. There each falls once, after half of its own
 * length, which is the paper's proportion, and the control for the total length goes on learning for as large a part of it as the others.
 */
export function csdSchedule({ learningRate, decayEvery }: CsdSettings, steps: number): Recipe['schedule'] {
  return stepSchedule(steps, learningRate, 0.1, decayEvery ?? Math.ceil(steps / 2));
}
