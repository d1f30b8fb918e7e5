import * as tf from '@tensorflow/tfjs-core';
import { consumeInterrupt, Interrupted, interruptSignal, obeyInterrupt, UserError, type Losses } from '@distillery/tensor';
import type { Batch, Method, State } from '../method';
import { learningRateAt, type Schedule } from './schedule';
import { disposeState, requireUsable } from './state';
import { startStepper } from './stepper';

export interface TrainOptions {
  readonly method: Method;
  /** Initial or restored state. The loop takes ownership and disposes what it replaces. */
  readonly state: State;
  /** Draws the next batch; the loop disposes it after the step. */
  nextBatch(): Omit<Batch, 'learningRate'>;
  readonly schedule: Schedule;
  /** Steps already done: 0, or the restored checkpoint's step. */
  readonly startStep: number;
  /** Called for every step (counted from 1), in order, with the losses as numbers: at once, or later where the engine takes steps ahead. */
  onStep?(step: number, losses: Losses): void | Promise<void>;
  /** Shows the state every so many steps and after the last one, before the checkpoint of that step; 0 or absent: never. */
  readonly validateEvery?: number;
  onValidate?(step: number, state: State): Promise<void>;
  /** 0: never. The last step always checkpoints when `onCheckpoint` is given. */
  readonly checkpointEvery: number;
  onCheckpoint?(step: number, state: State): Promise<void>;
  /** Told why the engine could not compile the step and runs it operation by operation instead. */
  onFallback?(reason: string): void;
  /** Once aborted: a checkpoint after the step under way and those that are run with it, then the signal's reason is thrown. Absent: an interrupt (`interruptSignal`) ends the training early. */
  readonly signal?: AbortSignal;
  /** Told after which step an interrupt ended the training. */
  onInterrupted?(step: number): void;
}

/** After this time without losses they are fetched, however few steps were taken. */
const MOST_MILLISECONDS_AHEAD = 500;

/**
 * The training loop: draws batches, applies the schedule, steps the method, reports and checkpoints, and returns the final state; without a signal of its own,
 * the state reached when the user interrupts, who has then interrupted this training and nothing after it. Yields to the event loop after every step. Throws UserError when a loss is not finite, naming the step and the loss,
 * and for a state that another training has consumed; Interrupted if the interrupt came before the first step, or twice.
 */
export async function train(options: TrainOptions): Promise<State> {
  requireUsable(options.state);
  if (options.startStep >= options.schedule.steps) return options.state;
  const interrupt = options.signal ? undefined : interruptSignal();
  let begun = false;
  try {
    const state = await obeyInterrupt(() => {
      options.signal?.throwIfAborted();
      begun = true;
      return loop(options, interrupt);
    });
    try {
      consumeInterrupt(interrupt);
    } catch (error) {
      disposeState(state);
      throw error;
    }
    return state;
  } finally {
    if (!begun) disposeState(options.state);
  }
}

async function loop(options: TrainOptions, interrupt: AbortSignal | undefined): Promise<State> {
  const { method, schedule, startStep } = options;
  let batch = withRate(options, startStep + 1);
  const stepper = await startStepper(method, options.state, batch, options.onFallback);
  let reported = { step: startStep, at: performance.now() };
  const reportLosses = async (which: 'all' | 'begun'): Promise<void> => {
    const losses = await stepper.losses(which);
    await report(options, reported.step, losses);
    reported = { step: reported.step + losses.length, at: performance.now() };
  };
  try {
    for (let step = startStep + 1; ; step++) {
      await stepper.start(batch);
      tf.dispose({ ...batch });
      const last = step === schedule.steps;
      const due = (every: number): boolean => every > 0 && (last || step % every === 0);
      const validate = options.onValidate && due(options.validateEvery ?? 0);
      const checkpoint = options.onCheckpoint && (last || due(options.checkpointEvery));
      const late = step - reported.step >= stepper.ahead || performance.now() - reported.at > MOST_MILLISECONDS_AHEAD;
      if (last || validate || checkpoint || late) {
        // Which steps are run together depends on the schedule, and not on the clock: they need not give the same bytes as single ones.
        await reportLosses(last || validate || checkpoint ? 'all' : 'begun');
      }
      if (validate || checkpoint) {
        await stepper.inspect(async (state) => {
          if (validate) await options.onValidate?.(step, state).catch(unlessInterrupted(interrupt));
          if (checkpoint) await options.onCheckpoint?.(step, state);
        });
      }
      await new Promise((resolve) => setImmediate(resolve));
      if (last) return await stepper.finish();
      const stop = options.signal?.aborted ?? false;
      if (stop && reported.step < step) await reportLosses('begun');
      // Steps that wait for others, to be run together, get them first: the clock must not part them.
      if (stop ? reported.step < step : !interrupt?.aborted) {
        // Drawn only now: a checkpoint holds where the batches stand.
        batch = withRate(options, step + 1);
        continue;
      }
      if (stop) {
        if (!checkpoint) await stepper.inspect(async (state) => options.onCheckpoint?.(step, state));
        throw options.signal?.reason;
      }
      if (reported.step < step) await reportLosses('all');
      options.onInterrupted?.(step);
      return await stepper.finish();
    }
  } catch (error) {
    await stepper.abandon();
    throw error;
  }
}

/** A validation that the user interrupted ends the training as an interrupt between two steps does. */
function unlessInterrupted(interrupt: AbortSignal | undefined): (error: unknown) => void {
  return (error) => {
    if (!interrupt?.aborted || !(error instanceof Interrupted)) throw error;
  };
}

async function report({ method, onStep }: TrainOptions, before: number, losses: readonly Losses[]): Promise<void> {
  for (const [i, of] of losses.entries()) {
    requireFinite(method, before + i + 1, of);
    await onStep?.(before + i + 1, of);
  }
}

/** Terms come before their sum, so that the one at fault is named. */
function requireFinite(method: Method, step: number, { total, ...terms }: Losses): void {
  const losses = Object.entries(total === undefined ? terms : { ...terms, total });
  const bad = losses.find(([, value]) => !Number.isFinite(value));
  if (!bad) return;
  const [name, value] = bad;
  const fault = `${method.name}: loss '${name}' is ${value} at step ${step}`;
  // Only the parameters reach every term.
  const all = step > 1 && losses.length > 1 && losses.every(([, other]) => !Number.isFinite(other));
  const where = all ? `, and so are the others: a gradient of step ${step - 1} was not finite` : '; expected a finite number';
  throw new UserError(`${fault}${where} (a square root or log at 0 has no finite gradient: add 1e-6 inside; else lower the learning rate)`);
}

function withRate({ nextBatch, schedule }: TrainOptions, step: number): Batch {
  return { ...nextBatch(), learningRate: tf.scalar(learningRateAt(schedule, step)) };
}
