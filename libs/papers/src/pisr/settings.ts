import { cosineSchedule, settlingSchedule, stepSchedule, type NetworkOptions, type Recipe, type Tier } from '@distillery/lab';
import type { PisrEncoderConfig } from '@distillery/models';

export const PISR_SCALES = [2, 3, 4] as const;
export type PisrScale = (typeof PISR_SCALES)[number];
export type PisrBackbone = 'fsrcnn' | 'vdsr' | 'idn' | 'carn';

/** A student's architecture and how it is trained at a tier. */
export interface Backbone {
  readonly network: NetworkOptions;
  /** Where its features are distilled: its last map before the reconstruction. */
  readonly tap: string;
  readonly channels: number;
  /** What it sees: luma, or RGB. */
  readonly imageChannels: 1 | 3;
  /** Length of either stage. */
  readonly steps: number;
}

/** What a tier fixes for every PISR run. */
export interface PisrSettings {
  readonly backbones: Readonly<Record<PisrBackbone, Backbone>>;
  readonly encoder: Omit<PisrEncoderConfig, 'sees'>;
  /** HR patch side, at every scale. */
  readonly patch: number;
  readonly batch: number;
  readonly learningRate: number;
  readonly schedule: (steps: number, learningRate: number) => Recipe['schedule'];
  /** lambda_S of the sweep, besides the released one. */
  readonly weights: readonly number[];
}

const fsrcnn = (features: number, shrunk: number, mapping: number, steps: number): Backbone => ({
  network: { architecture: 'fsrcnn', features, shrunk, mapping, slopes: 'layer', start: 'pytorch' },
  tap: 'mid_part',
  channels: features,
  imageChannels: 1,
  steps,
});
const vdsr = (features: number, depth: number, steps: number): Backbone => ({
  network: { architecture: 'vdsr', features, depth, bias: true },
  tap: `residual_layer.${depth - 3}`,
  channels: features,
  imageChannels: 1,
  steps,
});
const idn = (blocks: number, steps: number): Backbone => ({
  network: { architecture: 'idn', blocks, colour: 'y' },
  tap: `down${blocks}`,
  channels: 64,
  imageChannels: 1,
  steps,
});
const carn = (features: number, steps: number): Backbone => ({
  network: { architecture: 'carn', features, groups: 1, mobile: false },
  tap: 'b3',
  channels: features,
  imageChannels: 3,
  steps,
});

export const PISR_SETTINGS: Readonly<Record<Tier, PisrSettings>> = {
  smoke: {
    backbones: { fsrcnn: fsrcnn(8, 4, 1, 100), vdsr: vdsr(8, 4, 10), idn: idn(1, 15), carn: carn(8, 15) },
    encoder: { features: 8, shrunk: 4 },
    patch: 24,
    batch: 4,
    learningRate: 5e-3,
    schedule: cosine,
    weights: [1e-4, 1e-2, 1],
  },
  // FSRCNN's deconvolution starts from nothing. On Set5 x2, where bicubic has 33.67 dB, the student alone had 30.26 after 600 steps of 3e-3, 33.29 after 1500 of
  // 5e-3 with patches of 24, and 34.10 after 2000 with patches of 32; 36 is the next size that every scale divides. As wide as published (56 channels) it has 34.10
  // after 1500, which take as long.
  learn: {
    backbones: { fsrcnn: fsrcnn(24, 8, 2, 2000), vdsr: vdsr(8, 4, 300), idn: idn(1, 300), carn: carn(8, 300) },
    encoder: { features: 16, shrunk: 8 },
    patch: 36,
    batch: 8,
    learningRate: 5e-3,
    schedule: settlingSchedule,
    weights: [1e-4, 1e-2, 1],
  },
  // At 1e-3 FSRCNN's PSNR on the validation set jumps by up to 5 dB from one point to the next. With half of a run there and 1e-4 from then on, the student alone had
  // 37.38 dB after 16,000 steps, two seeds, and rose by 0.07 in its last third; with falls after 8000 and 16,000 of 24,000 steps 37.47 (one seed, which no result
  // uses), 0.1 of it after the second. The falls are earlier here, so that the last third can be flat.
  small: {
    backbones: { fsrcnn: fsrcnn(56, 12, 4, 24_000), vdsr: vdsr(16, 6, 6000), idn: idn(1, 4000), carn: carn(16, 6000) },
    encoder: { features: 24, shrunk: 12 },
    patch: 48,
    batch: 8,
    learningRate: 1e-3,
    schedule: annealed,
    weights: [1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1],
  },
  // The released configuration of FSRCNN: 1000 epochs of 1000 iterations for either stage. That of the others is not known.
  full: {
    backbones: {
      fsrcnn: fsrcnn(56, 12, 4, 1_000_000),
      vdsr: vdsr(64, 20, 1_000_000),
      idn: idn(4, 1_000_000),
      carn: carn(64, 1_000_000),
    },
    encoder: { features: 56, shrunk: 12 },
    patch: 192,
    batch: 16,
    learningRate: 1e-3,
    schedule: (steps, learningRate) => ({ ...cosine(steps, learningRate), epoch: 1000 }),
    weights: [1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1],
  },
};

/** A tenth of the rate three times, after 7, 14 and 21 twenty-fourths of the run. */
function annealed(steps: number, learningRate: number): Recipe['schedule'] {
  return stepSchedule(steps, learningRate, 0.1, Math.ceil((7 * steps) / 24));
}

/**
 * Half a cosine to 1e-5 over the run. The released loop moves it before each epoch: epoch e, counted from 0, has the cosine at (e + 1) / 1000
 * throughout. In smoke runs it moves at every step; those of the small tier fall in steps.
 */
function cosine(steps: number, learningRate: number): Recipe['schedule'] {
  return cosineSchedule(steps, learningRate, 1e-5);
}
