/** How the learning rate falls: by steps, or along a half cosine. */
export interface Schedule {
  readonly steps: number;
  readonly learningRate: number;
  /** The rate is multiplied by `decay` every `decayEvery` steps. */
  readonly decay: number;
  readonly decayEvery: number;
  /** The most often that it is multiplied; absent: no limit. */
  readonly decays?: number;
  /** Where given, the rate falls along a half cosine from `learningRate` to this one at the last step, and `decay` is not used. */
  readonly cosineTo?: number;
}

/**
 * Learning rate of a step (counted from 1): learningRate * decay^min(floor((step - 1) / decayEvery), decays), or with `cosineTo`
 * cosineTo + (learningRate - cosineTo) (1 + cos(pi (step - 1) / (steps - 1))) / 2 (Loshchilov and Hutter, ICLR 2017, without restarts).
 */
export function learningRateAt({ steps, learningRate, decay, decayEvery, decays = Infinity, cosineTo }: Schedule, step: number): number {
  if (cosineTo === undefined) return learningRate * decay ** Math.min(Math.floor((step - 1) / decayEvery), decays);
  const progress = steps === 1 ? 0 : (step - 1) / (steps - 1);
  return cosineTo + ((learningRate - cosineTo) * (1 + Math.cos(Math.PI * progress))) / 2;
}
