import * as tf from '@tensorflow/tfjs-core';
import { activeCompiler, compileStep, UnsupportedOperation, type Losses } from '@distillery/tensor';
import type { Batch, Method, State } from '../method';
import { disposeReplaced, disposeState } from './state';

/** Takes a method's steps and holds the state between them, in whatever form the engine runs them fastest. */
export interface Stepper {
  /** Starts one update, which need not have ended when this resolves. The batch stays the caller's. */
  start(batch: Batch): Promise<void>;
  /** How many updates may be started before their losses are fetched. */
  readonly ahead: number;
  /** The losses of all updates since the last call, once they have ended; of those that have `begun`, without those that wait to be run together with others. */
  losses(which?: 'all' | 'begun'): Promise<Losses[]>;
  /** Shows the state as tensors, which are valid during the call only. */
  inspect<T>(look: (state: State) => Promise<T>): Promise<T>;
  /** Ends the stepper and hands its state to the caller. */
  finish(): Promise<State>;
  /** Ends the stepper and its state, in whatever condition a failed update left it. */
  abandon(): Promise<void>;
}

/** One update, waited for; returns its losses. */
export async function takeStep(stepper: Stepper, batch: Batch): Promise<Losses> {
  await stepper.start(batch);
  const losses = await stepper.losses();
  return losses.at(-1) as Losses;
}

/** Step by step on the active tfjs backend. Takes ownership of `initial`. */
export function eagerStepper(method: Method, initial: State): Stepper {
  let state = initial;
  let unread: Losses[] = [];
  return {
    ahead: 1,
    start(batch) {
      const result = tf.tidy(() => method.step(state, batch));
      unread.push(Object.fromEntries(Object.entries(result.losses).map(([name, loss]) => [name, loss.dataSync()[0] as number])));
      tf.dispose(result.losses);
      disposeReplaced(state, result.state);
      state = result.state;
      return Promise.resolve();
    },
    losses() {
      const read = unread;
      unread = [];
      return Promise.resolve(read);
    },
    inspect: (look) => look(state),
    finish: () => Promise.resolve(state),
    abandon: () => Promise.resolve(disposeState(state)),
  };
}

/**
 * The whole step as one compiled program that keeps the state inside. Takes ownership of `initial`. `example` has the shapes of every batch.
 * Throws UnsupportedOperation, `initial` untouched, if the step cannot be compiled.
 */
export async function compiledStepper(method: Method, initial: State, example: Batch): Promise<Stepper> {
  const compiled = await compileStep((state: State, batch: Batch) => method.step(state, batch), initial, example);
  disposeState(initial);
  return {
    ahead: compiled.ahead,
    start: (batch) => compiled.start(batch),
    losses: (which) => compiled.losses(which),
    async inspect(look) {
      const state = await compiled.state();
      try {
        return await look(state);
      } finally {
        disposeState(state);
      }
    },
    async finish() {
      const state = await compiled.state();
      await compiled.dispose();
      return state;
    },
    abandon: () => compiled.dispose(),
  };
}

/**
 * The stepper of the active engine: compiled where that engine compiles, else eager. A step that cannot be compiled runs eagerly, and `onFallback`
 * is told the operation that stood in the way.
 */
export async function startStepper(
  method: Method,
  initial: State,
  example: Batch,
  onFallback?: (reason: string) => void,
): Promise<Stepper> {
  if (activeCompiler() === null) return eagerStepper(method, initial);
  try {
    return await compiledStepper(method, initial, example);
  } catch (error) {
    if (!(error instanceof UnsupportedOperation)) throw error;
    onFallback?.(`${method.name}: ${error.message}`);
    return eagerStepper(method, initial);
  }
}
