import { clone, type Tensor } from '@tensorflow/tfjs-core';
import { compilerInUse } from '../engine';
import { whileCompiling } from './compile-clock';
import type { CompileOptions } from './compiler';
import { OutputIndex } from './record/record';
import { trace } from './trace';
import { tensorsOf, type Tree } from './tree';

/** A compiled pure function. It does what `f` does, but asynchronously. The caller owns the tensors that it returns. */
export interface Compiled<A extends readonly unknown[], R> {
  (...args: A): Promise<R>;
  /** Frees the native program. */
  dispose(): Promise<void>;
}

/**
 * `f`, run once on stand-ins for the tensors in `example` and turned into one native program: gradients, optimiser and all. The result takes arguments of the
 * same structure and shapes. `f` must be pure: tensors it closes over become constants.
 * Throws UnsupportedOperation, naming the operation, if `f` cannot be compiled.
 */
export async function compile<A extends readonly unknown[], R>(
  f: (...args: A) => R,
  example: A,
  options: CompileOptions = {},
): Promise<Compiled<A, R>> {
  const { outputs, result, prepared } = await whileCompiling(async () => {
    const { inputs, outputs, result } = trace(f as (...args: never[]) => Tree, example);
    const computed = outputs.filter(({ value }) => value.source.kind !== 'input');
    // A function that only hands its arguments on leaves nothing to run.
    return { outputs, result, prepared: computed.length ? await compilerInUse().prepareFunction(inputs, computed, options) : null };
  });
  const handed = new Map(outputs.flatMap(({ name, value }) => (value.source.kind === 'input' ? [[name, value.source.name]] : [])));
  const names = outputs.map(({ name }) => name);

  const call = async (...args: A): Promise<R> => {
    const tensors = new Map(tensorsOf(args).map(([path, x]) => [`in/${path}`, x]));
    const results = (await prepared?.run(tensors)) ?? new Map<string, Tensor>();
    const returned = names.map((name) => {
      const from = handed.get(name);
      return from === undefined ? (results.get(name) as Tensor) : clone(tensors.get(from) as Tensor);
    });
    return withOutputs(result, returned) as R;
  };
  return Object.assign(call, { dispose: async () => prepared?.release() });
}

/** `result` with its tensors in place. */
function withOutputs(tree: Tree, tensors: readonly Tensor[]): Tree {
  if (tree instanceof OutputIndex) return tensors[tree.index];
  if (Array.isArray(tree)) return tree.map((child) => withOutputs(child as Tree, tensors));
  if (typeof tree !== 'object' || tree === null) return tree;
  return Object.fromEntries(Object.entries(tree).map(([key, child]) => [key, withOutputs(child as Tree, tensors)]));
}
