import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { compileStep, seedRng, type Params } from '@distillery/tensor';
import { adamStep, batches, l1, relativeDifference, tinyEdsr, trainingState, type TrainingState } from '../onnx/networks';

type Step = ReturnType<typeof adamStep>;

/** L1 and Adam on a small EDSR. */
export function edsrStep(blocks: number): { step: Step; state: TrainingState } {
  const net = tinyEdsr(8, blocks);
  return { step: adamStep((p, { lr, hr }) => l1(net.apply(p, lr), hr)), state: trainingState(net.init(seedRng(1))) };
}

export const batchOf = batches(2, 8);

/** Some steps on, the losses looked at once in so many. */
export async function trained(step: Step, state: TrainingState, from: number, to: number, lookEvery = 1) {
  const compiled = await compileStep(step, state, batchOf(0));
  const losses: number[] = [];
  for (let i = from; i < to; i++) {
    await compiled.start(batchOf(i));
    if ((i + 1 - from) % lookEvery === 0 || i + 1 === to) losses.push(...(await compiled.losses()).map(({ total }) => total as number));
  }
  const final = await compiled.state();
  await compiled.dispose();
  return { losses, final };
}

export const numbersOf = (state: TrainingState) =>
  Object.entries(state).flatMap(([slot, params]) => Object.entries(params).map(([name, x]) => [`${slot}/${name}`, [...x.dataSync()]]));

/** Trains a number of steps, and expects every array of the state to be what the eager step makes of it, to 1e-4 of its size. */
export async function expectAsEager({ step, state }: ReturnType<typeof edsrStep>, steps: number): Promise<void> {
  const { final } = await trained(step, state, 0, steps);
  let eager = state;
  for (let i = 0; i < steps; i++) eager = tf.tidy(() => step(eager, batchOf(i)).state);
  for (const [slot, params] of Object.entries(eager)) {
    for (const [name, x] of Object.entries(params)) {
      expect(relativeDifference((final[slot] as Params)[name] as tf.Tensor, x), `${slot}/${name}`).toBeLessThan(1e-4);
    }
  }
}
