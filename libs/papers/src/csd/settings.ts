import { settlingSchedule, stepSchedule, type Recipe, type Tier } from '@distillery/lab';
import type { EdsrConfig } from '@distillery/models';

/** What a tier fixes for every CSD run. `steps` is the length of every arm after pretraining; `pretrain` the teacher's alone. */
export interface CsdSettings {
  readonly teacher: Omit<EdsrConfig, 'scale'>;
  readonly patch: Readonly<Record<2 | 4, number>>;
  readonly batch: number;
  readonly pretrain: number;
  readonly steps: number;
  /**
   * The last of these steps, the only ones in which the joint arms differ, and the rate they begin at: before them all share the same joint training without the
   * contrastive term. null: they differ in all steps, as released.
   */
  readonly last: { readonly steps: number; readonly learningRate: number } | null;
  readonly learningRate: number;
  /**
   * The released loop divides the rate by ten every 200 epochs, however many there are: once in the 400 of the paper's runs, and three times in the control
   * for the total length. Below the full tier all runs are shorter than those 200,000 steps. There each falls once, after half of its own
   * length, which is the paper's proportion, and the control for the total length goes on learning for as large a part of it as the others.
   */
  readonly schedule: (steps: number, learningRate: number) => Recipe['schedule'];
}

export const CSD_SETTINGS: Readonly<Record<Tier, CsdSettings>> = {
  smoke: {
    teacher: { features: 16, blocks: 2, resScale: 1, rgbRange: 1 },
    patch: { 2: 24, 4: 24 },
    batch: 10,
    pretrain: 20,
    steps: 5,
    last: null,
    learningRate: 1e-3,
    schedule: settlingSchedule,
  },
  // As the small tier has it, a twentieth as long, with patches of 24. 460 steps left the student alone at 28.10 dB on Set5 x4, below bicubic (28.43); 1000 reach 28.73. A higher rate reaches more (1200 steps: 28.89
  // at 2e-3, 28.93 at 5e-3), but the teacher would not survive it. A step through VGG19 costs ten times as much as one without, so that only the last 40 are such. They begin at 1e-4: at 3e-4 the student's
  // validation fell by 1 dB at first, and at five times the weight it ended below bicubic.
  learn: {
    teacher: { features: 32, blocks: 2, resScale: 1, rgbRange: 1 },
    patch: { 2: 24, 4: 24 },
    batch: 10,
    pretrain: 400,
    steps: 1000,
    last: { steps: 40, learningRate: 1e-4 },
    learningRate: 2e-3,
    schedule: settlingSchedule,
  },
  // What 1500 steps of each phase left out of account: the student alone (8 channels) gained 0.8 dB on Set5 from more steps, several times what CSD is said to gain.
  // At 2e-3 the teacher alone (32 channels) diverged, the student's validation moved by 0.5 dB from point to point until the rate fell, and it still gained 0.05 dB in
  // its last third; so all begin at 1e-3. VGG19 makes a step with the contrastive term several times as dear. So the joint arms, which differ in nothing else, share all
  // but their last steps; these begin where the shared ones end and fall to a tenth at half, so that each arm can flatten: 1500 of them from 5e-4 left some arms
  // moving. The term then meets a student that is already trained. In issue 9 the authors say that starting it after some epochs has the same effect.
  small: {
    teacher: { features: 32, blocks: 4, resScale: 1, rgbRange: 1 },
    patch: { 2: 32, 4: 40 },
    batch: 10,
    pretrain: 4000,
    steps: 17_000,
    last: { steps: 2000, learningRate: 3e-4 },
    learningRate: 1e-3,
    schedule: settlingSchedule,
  },
  // The released command: 400 epochs of 1000 iterations, batch 16, HR patch 192 at every scale (the paper's x2 patch is not known).
  full: {
    teacher: { features: 256, blocks: 32, resScale: 0.1, rgbRange: 255 },
    patch: { 2: 192, 4: 192 },
    batch: 16,
    pretrain: 300_000,
    steps: 400_000,
    last: null,
    learningRate: 1e-4,
    schedule: (steps, learningRate) => stepSchedule(steps, learningRate, 0.1, 200_000),
  },
};
