import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Tensor } from '@tensorflow/tfjs-core';
import { compilerInUse } from '../engine';
import { whileCompiling } from './compile-clock';
import type { CompileOptions, Losses, PreparedStep } from './compiler';
import { stepProgram } from './step-program';
import { trace } from './trace';
import { mapTensors, tensorsOf, type Tree } from './tree';

/** A training step as methods write it: pure, its state in and out. */
export type Step<S, B> = (state: S, batch: B) => { state: S; losses: Record<string, Tensor> };

/** A compiled training step with the state inside: between steps it is neither copied nor visible to tfjs. */
export interface CompiledStep<S, B> {
  /** Starts one update, which need not have ended when this resolves. The batch stays the caller's. At most `ahead` updates may be started between two calls of `losses`. */
  start(batch: B): Promise<void>;
  readonly ahead: number;
  /** The losses of all updates since the last call, once they have ended; of those that have `begun`, without those that wait to be run together with others. */
  losses(which?: 'all' | 'begun'): Promise<Losses[]>;
  /** The state after the last update, as tensors that the caller owns. */
  state(): Promise<S>;
  /** Frees the native program and the state. */
  dispose(): Promise<void>;
}

/**
 * Compiles `step` for the shapes of `state` and `batch`, and keeps a copy of `state` as the state it starts from; both stay the caller's.
 * Throws UnsupportedOperation, naming the operation, if `step` cannot be compiled, and Error if the state it returns is shaped unlike the one it takes.
 */
export async function compileStep<S, B>(step: Step<S, B>, state: S, batch: B, options: CompileOptions = {}): Promise<CompiledStep<S, B>> {
  const prepared = await whileCompiling(() => prepare(step as unknown as (...args: never[]) => Tree, state, batch, options));
  collectGarbage();
  await prepared.fill(new Map(named(state, 'in/0')));
  return {
    ahead: prepared.ahead,
    start: (next) => prepared.start(new Map(named(next, 'in/1'))),
    losses: (which = 'all') => prepared.losses(which),
    async state() {
      const arrays = await prepared.state();
      return mapTensors(state, (_, path) => arrays.get(`in/0/${path}`)) as S;
    },
    dispose: () => prepared.release(),
  };
}

/** A function of its own, so that the recording and its constants can be freed when it returns. */
async function prepare(step: (...args: never[]) => Tree, state: Tree, batch: Tree, options: CompileOptions): Promise<PreparedStep> {
  return await compilerInUse().prepareStep(stepProgram(trace(step, [state, batch])), options);
}

function named(tree: Tree, prefix: string): [string, Tensor][] {
  return tensorsOf(tree).map(([path, tensor]) => [`${prefix}/${path}`, tensor]);
}

/**
 * Compiling leaves several copies of large constants behind. V8 sees its own heap nearly empty and would keep them beside the memory of the first run: 60
 * of 667 MB with a VGG19.
 */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}
