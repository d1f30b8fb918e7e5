import type { Recipe } from './recipe';

type Schedule = Recipe['schedule'];

/** Step decay: the rate times `decay` every `decayEvery` steps. A checkpoint every tenth of the way, at most 1000 steps apart. */
export function stepSchedule(steps: number, learningRate: number, decay: number, decayEvery: number): Schedule {
  return { steps, learningRate, decay, decayEvery, checkpointEvery: checkpointEvery(steps) };
}

/** Half cosine from `learningRate` to `final`. Checkpoints as above. */
export function cosineSchedule(steps: number, learningRate: number, final: number): Schedule {
  return { steps, learningRate, decay: 1, decayEvery: steps, cosineTo: final, checkpointEvery: checkpointEvery(steps) };
}

/** The rate falls to a tenth after half of the run: what is left is spent on settling, so that a comparison finds arms that have flattened. */
export function settlingSchedule(steps: number, learningRate: number): Schedule {
  return stepSchedule(steps, learningRate, 0.1, Math.ceil(steps / 2));
}

/** The rate falls to a tenth after each third of the run: for networks that still move at the rate that `settlingSchedule` ends with. */
export function settlingTwiceSchedule(steps: number, learningRate: number): Schedule {
  return { ...stepSchedule(steps, learningRate, 0.1, Math.ceil(steps / 3)), decays: 2 };
}

function checkpointEvery(steps: number): number {
  return Math.max(1, Math.min(1000, Math.ceil(steps / 10)));
}
