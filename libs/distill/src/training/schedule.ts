/** How the learning rate falls: by steps, or along a half cosine. */
export interface Schedule {
  readonly steps: number;
  readonly learningRate: number;
  /** The rate is multiplied by `decay` every `decayEvery` steps. */
  readonly decay: number;
  readonly decayEvery: number;
  /** It is multiplied at most this often; absent: no limit. */
  readonly decays?: number;
  /** If given, the rate falls along a half cosine from `learningRate` to this one at the last step, and `decay` is not used. */
  readonly cosineTo?: number;
  /**
   * Steps of an epoch, for schedules whose authors move the rate before each epoch. The rate then stays the same during an epoch, and it is the one that is
   * due at the epoch's end: PyTorch (since 1.1) counts the call before the first epoch too. Absent: the rate moves at every step.
   */
  readonly epoch?: number;
}

/**
 * Learning rate of a step (counted from 1): learningRate * decay^min(floor(done / decayEvery), decays), or with `cosineTo`
 * cosineTo + (learningRate - cosineTo) (1 + cos(pi progress)) / 2 (Loshchilov and Hutter, ICLR 2017, without restarts), where
 * done = step - 1 and progress = done / (steps - 1), or with `epoch` done = epoch ceil(step / epoch) and progress = done / steps.
 */
export function learningRateAt(schedule: Schedule, step: number): number {
  const { steps, learningRate, decay, decayEvery, decays = Infinity, cosineTo, epoch } = schedule;
  const [done, last] = epoch === undefined ? [step - 1, steps - 1] : [epoch * Math.ceil(step / epoch), steps];
  if (cosineTo === undefined) return learningRate * decay ** Math.min(Math.floor(done / decayEvery), decays);
  const progress = last === 0 ? 0 : Math.min(done / last, 1);
  return cosineTo + ((learningRate - cosineTo) * (1 + Math.cos(Math.PI * progress))) / 2;
}
