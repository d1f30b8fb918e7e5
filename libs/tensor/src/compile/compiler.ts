import type { Tensor } from '@tensorflow/tfjs-core';
import type { NamedValue } from './record/record';
import type { StepProgram } from './step-program';

export interface CompileOptions {
  /** Threads of a run on the CPU; default: `threadCount()`. */
  readonly threads?: number | undefined;
}

/** Losses of one step as numbers, by name. */
export type Losses = Record<string, number>;

/** What an engine runs recorded functions with. Both methods throw UnsupportedOperation, naming the operation, for what it cannot run. */
export interface Compiler {
  /** Whether compiling takes seconds. Functions should then be called with few shapes, and take what changes from call to call as arguments. */
  readonly fewPrograms: boolean;
  prepareFunction(inputs: readonly NamedValue[], outputs: readonly NamedValue[], options: CompileOptions): Promise<PreparedFunction>;
  prepareStep(program: StepProgram, options: CompileOptions): Promise<PreparedStep>;
}

/** A recorded function, ready to run. Tensors go in and come out under the names of inputs and outputs. */
export interface PreparedFunction {
  run(inputs: ReadonlyMap<string, Tensor>): Promise<ReadonlyMap<string, Tensor>>;
  release(): Promise<void>;
}

/** A recorded training step, ready to run, with the state inside. */
export interface PreparedStep {
  /** Sets the whole state. Throws if an array is missing, or of another shape or type. */
  fill(state: ReadonlyMap<string, Tensor>): Promise<void>;
  /** How many steps may be started before their losses are fetched. */
  readonly ahead: number;
  /** Starts a step. It may be called before earlier steps have ended. */
  start(batch: ReadonlyMap<string, Tensor>): Promise<void>;
  /** The losses of all steps since the last call, once they have ended; of those that have `begun`, without those that wait to be run together with others. */
  losses(which: 'all' | 'begun'): Promise<Losses[]>;
  /** The state after all steps, as tensors that the caller owns. */
  state(): Promise<ReadonlyMap<string, Tensor>>;
  release(): Promise<void>;
}
