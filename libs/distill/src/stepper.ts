import * as tf from '@tensorflow/tfjs-core';
import { activeProvider, compileStep, UnsupportedOperation } from '@distillery/tensor';
import type { Batch, Method, State } from './method';
import { disposeReplaced, disposeState } from './state';

/** Takes a method's steps and holds the state between them, in whatever form the engine runs them fastest. */
export interface Stepper {
  /** One update; returns the losses as numbers. The batch stays the caller's. */
  run(batch: Batch): Promise<Record<string, number>>;
  /** Shows the state as tensors, which are valid during the call only. */
  inspect<T>(look: (state: State) => Promise<T>): Promise<T>;
  /** Ends the stepper and hands its state to the caller. */
  finish(): Promise<State>;
}

/** Step by step on the active tfjs backend. Takes ownership of `initial`. */
export function eagerStepper(method: Method, initial: State): Stepper {
  let state = initial;
  return {
    async run(batch) {
      const result = tf.tidy(() => method.step(state, batch));
      const losses = Object.fromEntries(Object.entries(result.losses).map(([name, loss]) => [name, loss.dataSync()[0] as number]));
      tf.dispose(result.losses);
      disposeReplaced(state, result.state);
      state = result.state;
      return losses;
    },
    inspect: (look) => look(state),
    finish: () => Promise.resolve(state),
  };
}

/**
 * The whole step as one compiled graph that keeps the state inside. Takes ownership of `initial`. `example` has the shapes of every batch.
 * Throws UnsupportedOperation, `initial` untouched, if the step cannot be compiled.
 */
export async function compiledStepper(method: Method, initial: State, example: Batch): Promise<Stepper> {
  const compiled = await compileStep((state: State, batch: Batch) => method.step(state, batch), initial, example);
  disposeState(initial);
  return {
    run: (batch) => compiled.run(batch),
    async inspect(look) {
      const state = compiled.state();
      try {
        return await look(state);
      } finally {
        disposeState(state);
      }
    },
    async finish() {
      const state = compiled.state();
      await compiled.dispose();
      return state;
    },
  };
}

/**
 * The stepper of the active engine: compiled on `onnx`, eager elsewhere. A step that cannot be compiled runs eagerly, and `onFallback`
 * is told the operation that stood in the way.
 */
export async function startStepper(
  method: Method,
  initial: State,
  example: Batch,
  onFallback?: (reason: string) => void,
): Promise<Stepper> {
  if (activeProvider() === null) return eagerStepper(method, initial);
  try {
    return await compiledStepper(method, initial, example);
  } catch (error) {
    if (!(error instanceof UnsupportedOperation)) throw error;
    onFallback?.(`${method.name}: ${error.message}`);
    return eagerStepper(method, initial);
  }
}
