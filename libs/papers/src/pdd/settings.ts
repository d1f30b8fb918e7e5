import { stepSchedule, type NetworkOptions, type Recipe, type Tier } from '@distillery/lab';

/** What a tier fixes for every PDD run. `steps` is the length of every PDD arm, all warm-up included; arms without a discriminator have no warm-up of it. */
export interface PddSettings {
  /** One architecture for specialist and generalist, as released. */
  readonly network: NetworkOptions;
  /** Side of the HR patch. */
  readonly patch: number;
  /** Synthetic patches per step, and as many real ones. */
  readonly batch: number;
  readonly pretrain: { readonly steps: number; readonly learningRate: number };
  readonly steps: number;
  readonly learningRate: number;
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
    pretrain: { steps: 250, learningRate: 5e-3 },
    steps: 3,
    learningRate: 1e-4,
    warmUp: { discriminator: 1, supervised: 1 },
    emaDecay: 0.9,
    discriminatorFeatures: 4,
  },
  small: {
    network: { architecture: 'rrdbnet', features: 24, growth: 12, blocks: 2 },
    patch: 48,
    batch: 4,
    pretrain: { steps: 4000, learningRate: 1e-3 },
    steps: 150,
    learningRate: 1e-4,
    warmUp: { discriminator: 10, supervised: 5 },
    emaDecay: 0.98,
    discriminatorFeatures: 16,
  },
  // The released configuration on two GPUs. Its pretrained networks are published ones; ours are trained here.
  full: {
    network: { architecture: 'rrdbnet', features: 64, growth: 32, blocks: 23 },
    patch: 192,
    batch: 16,
    pretrain: { steps: 400_000, learningRate: 2e-4 },
    steps: 100_000,
    learningRate: 1e-4,
    warmUp: { discriminator: 300, supervised: 5 },
    emaDecay: 0.999,
    discriminatorFeatures: 64,
  },
};

/** Halved after the first quarter (25k of 100k), as released up to the halving at 100k that is never reached; then kept. */
export function pddSchedule({ steps, learningRate }: Pick<PddSettings, 'steps' | 'learningRate'>): Recipe['schedule'] {
  return { ...stepSchedule(steps, learningRate, 0.5, Math.ceil(steps / 4)), decays: 1 };
}

/** The part of PDD's schedule in which G is updated: without the discriminator's warm-up. */
export function updatesOfG(settings: PddSettings): Recipe['schedule'] {
  const { discriminator } = settings.warmUp;
  const { steps, decayEvery, ...schedule } = pddSchedule(settings);
  return { ...schedule, steps: steps - discriminator, decayEvery: Math.max(1, decayEvery - discriminator) };
}
