import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { UserError } from '@distillery/tensor';
import type { Method, State } from './method';
import { learningRateAt, type Schedule } from './schedule';
import { disposeReplaced } from './state';

export interface TrainOptions {
  readonly method: Method;
  /** Initial or restored state. The loop takes ownership and disposes what it replaces. */
  readonly state: State;
  /** Draws the next batch; the loop disposes it after the step. */
  nextBatch(): { readonly lr: Tensor4D; readonly hr: Tensor4D };
  readonly schedule: Schedule;
  /** Steps already done: 0, or the restored checkpoint's step. */
  readonly startStep: number;
  /** Called after every step (counted from 1) with the losses as numbers. */
  onStep?(step: number, losses: Record<string, number>): void | Promise<void>;
  /** 0: never. The last step always checkpoints when `onCheckpoint` is given. */
  readonly checkpointEvery: number;
  onCheckpoint?(step: number, state: State): Promise<void>;
  /** Stops before the next step once aborted; throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * The training loop: draws batches, applies the schedule, steps the method, reports and checkpoints, and returns the final state.
 * Yields to the event loop after every step. Throws UserError as soon as a loss is not finite, naming the step and the loss.
 */
export async function train(options: TrainOptions): Promise<State> {
  const { method, schedule } = options;
  let state = options.state;
  for (let step = options.startStep + 1; step <= schedule.steps; step++) {
    options.signal?.throwIfAborted();
    const batch = { ...options.nextBatch(), learningRate: tf.scalar(learningRateAt(schedule, step)) };
    const result = tf.tidy(() => method.step(state, batch));
    const losses = Object.fromEntries(Object.entries(result.losses).map(([name, loss]) => [name, loss.dataSync()[0] as number]));
    tf.dispose([batch, result.losses]);
    disposeReplaced(state, result.state);
    state = result.state;
    for (const [name, value] of Object.entries(losses))
      if (!Number.isFinite(value))
        throw new UserError(
          `${method.name}: loss '${name}' is ${value} at step ${step}; expected a finite number (lower the learning rate?)`,
        );
    await options.onStep?.(step, losses);
    const due = step === schedule.steps || (options.checkpointEvery > 0 && step % options.checkpointEvery === 0);
    if (due) await options.onCheckpoint?.(step, state);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return state;
}
