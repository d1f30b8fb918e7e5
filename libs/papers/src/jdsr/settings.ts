import {
  cosineSchedule,
  settlingSchedule,
  settlingTwiceSchedule,
  stepSchedule,
  type NetworkOptions,
  type Recipe,
  type Tier,
} from '@distillery/lab';
import type { SectionedEdsrConfig, ShallowEdsrConfig, SuperiorLrConfig } from '@distillery/models';

/** The scale of all of JDSR's experiments: that of the one student whose port gives all its options. */
export const JDSR_SCALE = 4;

/** What a tier fixes for every JDSR run. `encode` is the length of the first stage, `steps` that of every arm of the second. */
export interface JdsrSettings {
  readonly student: Omit<SectionedEdsrConfig, 'scale' | 'exits'>;
  readonly peer: Omit<ShallowEdsrConfig, 'scale'>;
  readonly encoder: Omit<SuperiorLrConfig, 'scale'>;
  /** The several times larger network on bicubic LR that the peer is measured against. */
  readonly large: NetworkOptions;
  /** HR patch side. */
  readonly patch: number;
  readonly batch: number;
  readonly encode: number;
  readonly steps: number;
  readonly learningRate: number;
  /** Of the second stage. */
  readonly schedule: (steps: number, learningRate: number) => Recipe['schedule'];
  /** dB by which the peer may be ahead before it rests. */
  readonly gapThreshold: number;
}

export const JDSR_SETTINGS: Readonly<Record<Tier, JdsrSettings>> = {
  smoke: {
    student: { features: 8, sections: 2, blocks: 1, resScale: 1, rgbRange: 1 },
    peer: { features: 8, blocks: 1, rgbRange: 1 },
    encoder: { features: 8, blocks: 1, rgbRange: 1 },
    large: { architecture: 'edsr', features: 16, blocks: 2, resScale: 1, rgbRange: 1 },
    patch: 32,
    batch: 4,
    encode: 40,
    steps: 20,
    learningRate: 3e-3,
    schedule: halvedByFifths,
    gapThreshold: 1,
  },
  // On Set5 x4, where bicubic has 28.43 dB, the student alone ends at 28.77.
  learn: {
    student: { features: 12, sections: 3, blocks: 1, resScale: 1, rgbRange: 1 },
    peer: { features: 12, blocks: 1, rgbRange: 1 },
    encoder: { features: 12, blocks: 1, rgbRange: 1 },
    large: { architecture: 'edsr', features: 16, blocks: 2, resScale: 1, rgbRange: 1 },
    patch: 40,
    batch: 8,
    encode: 400,
    steps: 600,
    learningRate: 2e-3,
    schedule: settlingSchedule,
    gapThreshold: 1,
  },
  // As many steps, batches as large, and a rate that falls as often as FAKD's students of the same width need: with 10,000 steps and one fall FAKD's student alone still
  // rose by 0.07 dB in the last third.
  small: {
    student: { features: 16, sections: 4, blocks: 1, resScale: 1, rgbRange: 1 },
    peer: { features: 16, blocks: 2, rgbRange: 1 },
    encoder: { features: 16, blocks: 4, rgbRange: 1 },
    large: { architecture: 'edsr', features: 32, blocks: 4, resScale: 1, rgbRange: 1 },
    // The smallest image of T91 is 76 pixels high.
    patch: 64,
    batch: 8,
    encode: 4000,
    steps: 15_000,
    learningRate: 1e-3,
    schedule: settlingTwiceSchedule,
    gapThreshold: 1,
  },
  // The port's options: 1000 epochs of 1000 batches of 16 for the second stage; the first stage has a test setting only, its length is ours.
  full: {
    student: { features: 64, sections: 4, blocks: 2, resScale: 0.1, rgbRange: 255 },
    peer: { features: 64, blocks: 2, rgbRange: 255 },
    encoder: { features: 64, blocks: 8, rgbRange: 255 },
    large: { architecture: 'rcan', features: 64, groups: 10, blocks: 20, reduction: 16, rgbRange: 255 },
    patch: 192,
    batch: 16,
    encode: 200_000,
    steps: 1_000_000,
    learningRate: 2e-4,
    schedule: (steps, learningRate) => stepSchedule(steps, learningRate, 0.5, 200_000),
    gapThreshold: 1,
  },
};

/**
 * The port halves the rate every 200 epochs, four times in its 1000; so does a longer run at the full tier, the control for the total length. Smoke runs are halved
 * every fifth of their own length, which is the port's proportion; those of the small tier settle instead.
 */
function halvedByFifths(steps: number, learningRate: number): Recipe['schedule'] {
  return stepSchedule(steps, learningRate, 0.5, Math.ceil(steps / 5));
}

/** Half a cosine down to a sixteenth: the port's 2e-4 to 1.25e-5. */
export function encoderSchedule({ learningRate }: JdsrSettings, steps: number): Recipe['schedule'] {
  return cosineSchedule(steps, learningRate, learningRate / 16);
}
