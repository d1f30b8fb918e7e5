import { settlingTwiceSchedule, stepSchedule, type NetworkOptions, type Recipe, type Tier } from '@distillery/lab';

/** What a tier fixes for every PDD run. */
export interface PddSettings {
  /** One architecture for specialist and generalist, as released. */
  readonly network: NetworkOptions;
  /** Side of the HR patch. */
  readonly patch: number;
  /** Synthetic patches per step, and as many real ones. */
  readonly batch: number;
  /** Of specialist and generalist. */
  readonly pretrain: Recipe['schedule'];
  /** Of every PDD arm, all warm-up included; arms without a discriminator have no warm-up of it. */
  readonly schedule: Recipe['schedule'];
  /** Steps of the discriminator alone; then, for EMA, steps without the distances. */
  readonly warmUp: { readonly discriminator: number; readonly supervised: number };
  readonly emaDecay: number;
  readonly discriminatorFeatures: number;
}

export const PDD_SETTINGS: Readonly<Record<Tier, PddSettings>> = {
  smoke: {
    network: { architecture: 'rrdbnet', features: 8, growth: 4, blocks: 1 },
    patch: 16,
    batch: 2,
    pretrain: released(250, 5e-3),
    schedule: released(3, 1e-4),
    warmUp: { discriminator: 1, supervised: 1 },
    emaDecay: 0.9,
    discriminatorFeatures: 4,
  },
  // No minutes suffice to beat bicubic on the camera's images: on their middles (City100, Nikon) the specialist ends at 31.5 dB, the generalist at 36.9. An adaptation of 40 steps shows the terms move and no more.
  learn: {
    network: { architecture: 'rrdbnet', features: 12, growth: 6, blocks: 1 },
    patch: 32,
    batch: 2,
    pretrain: settlingTwiceSchedule(600, 1e-3),
    schedule: settlingTwiceSchedule(40, 2e-4),
    warmUp: { discriminator: 5, supervised: 5 },
    emaDecay: 0.95,
    discriminatorFeatures: 8,
  },
  // An adaptation of 150 steps was none. The rate falls to a tenth after each third, in pretraining and adaptation alike, so that arms can flatten: after one fall, at
  // half, networks still jumped by 0.3 dB from one validation to the next, ten times the limit of what has flattened. As released (halved after
  // a quarter, of 100,000 steps) it would go on moving the networks to the last step. The average of G spans 100 steps, a tenth of the adaptation.
  // 3000 steps at 1e-3 left the specialist at bicubic's score on General-100-subset, and jumped by 2 dB until the rate fell. The generalist's degradation
  // takes about 40 ms a step on a CPU, which is what limits the pretraining.
  small: {
    network: { architecture: 'rrdbnet', features: 24, growth: 12, blocks: 2 },
    patch: 48,
    batch: 4,
    pretrain: settlingTwiceSchedule(6000, 5e-4),
    schedule: settlingTwiceSchedule(1000, 2e-4),
    warmUp: { discriminator: 20, supervised: 5 },
    emaDecay: 0.99,
    discriminatorFeatures: 16,
  },
  // The released configuration on two GPUs. Its pretrained networks are published ones; ours are trained here.
  full: {
    network: { architecture: 'rrdbnet', features: 64, growth: 32, blocks: 23 },
    patch: 192,
    batch: 16,
    pretrain: released(400_000, 2e-4),
    schedule: released(100_000, 1e-4),
    warmUp: { discriminator: 300, supervised: 5 },
    emaDecay: 0.999,
    discriminatorFeatures: 64,
  },
};

/** Halved after the first quarter (25k of 100k), as released up to the halving at 100k that is never reached; then kept. */
function released(steps: number, learningRate: number): Recipe['schedule'] {
  return { ...stepSchedule(steps, learningRate, 0.5, Math.ceil(steps / 4)), decays: 1 };
}

/** The part of PDD's schedule in which G is updated: without the discriminator's warm-up. Where the rate falls twice, the second fall comes that much earlier once more. */
export function updatesOfG({ schedule, warmUp }: PddSettings): Recipe['schedule'] {
  const { steps, decayEvery } = schedule;
  return { ...schedule, steps: steps - warmUp.discriminator, decayEvery: Math.max(1, decayEvery - warmUp.discriminator) };
}
