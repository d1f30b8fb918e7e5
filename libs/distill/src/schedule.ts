/** Step decay: the rate is multiplied by `decay` every `decayEvery` steps. */
export interface Schedule {
  readonly steps: number;
  readonly learningRate: number;
  readonly decay: number;
  readonly decayEvery: number;
}

/** Learning rate of a step (counted from 1): learningRate * decay^floor((step - 1) / decayEvery). */
export function learningRateAt(schedule: Schedule, step: number): number {
  return schedule.learningRate * schedule.decay ** Math.floor((step - 1) / schedule.decayEvery);
}
