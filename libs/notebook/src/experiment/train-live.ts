import { patchSampler, type TrainingPair } from '@distillery/data';
import { initialState, train, type Batch, type Method, type Schedule, type State } from '@distillery/distill';
import type { Recipe } from '@distillery/lab';
import { seedRng, type Losses } from '@distillery/tensor';
import { tensor4d } from '@tensorflow/tfjs-core';
import { livePlot } from '../display/live-plot';
import { liveProgress } from '../display/live-progress';

/** Draws the batches that a run of the recipe would draw under the seed, one per call. The caller owns the tensors. */
export function patchBatches(pairs: readonly TrainingPair[], { data, scale }: Recipe, seed: number): () => Omit<Batch, 'learningRate'> {
  const sampler = patchSampler(pairs, { ...data, scale }, seedRng(seed).split('patches'));
  return () => {
    const { lr, hr, lrShape, hrShape } = sampler.next();
    return { lr: tensor4d(lr, lrShape), hr: tensor4d(hr, hrShape) };
  };
}

export interface TrainLiveOptions {
  readonly title: string;
  readonly schedule: Schedule;
  readonly seed: number;
  nextBatch(): Omit<Batch, 'learningRate'>;
  /** Called for every step with its losses, beside the plot. */
  onStep?(step: number, losses: Losses): void;
}

/**
 * Trains a method from the seed's beginning, as a run does, with a live bar and a live plot of all losses. An interrupt ends it early: the state reached is returned.
 * What the method starts from stays as it is, so that a cell can be run again. The caller owns the state.
 */
export async function trainLive(method: Method, { title, schedule, seed, nextBatch, onStep }: TrainLiveOptions): Promise<State> {
  const progress = liveProgress(schedule.steps, title);
  const plot = livePlot({ title });
  const state = await train({
    method,
    state: initialState(method, seedRng(seed).split('init')),
    nextBatch,
    schedule,
    startStep: 0,
    checkpointEvery: 0,
    onStep(step, losses) {
      progress.step(step, losses);
      plot.add(step, losses);
      onStep?.(step, losses);
    },
    onInterrupted: (step) => progress.stop(`interrupted: the state after step ${step} is returned`),
  });
  plot.done();
  return state;
}
