import { clone, type Tensor } from '@tensorflow/tfjs-core';
import { activeProvider } from '../engine';
import { lower } from './lower/lower';
import { OutputIndex } from '../compile/record/record';
import type { Provider } from './run/provider';
import { openSession, targetOf } from './run/session';
import { fromOrt, toOrt } from './run/tensors';
import { trace } from '../compile/trace';
import { tensorsOf, type Tree } from '../compile/tree';

export interface CompileOptions {
  /** Threads of a run; default: the environment's DISTILLERY_THREADS, else as many as the machine has cores. */
  readonly threads?: number;
  /** Where it runs; default: the active engine's place, or the CPU where that engine compiles nothing. */
  readonly provider?: Provider;
}

/** A compiled pure function: what `f` was, but asynchronous. Tensors it returns are the caller's. */
export interface Compiled<A extends readonly unknown[], R> {
  (...args: A): Promise<R>;
  /** Frees the native session. */
  dispose(): Promise<void>;
}

/**
 * `f`, run once on stand-ins for the tensors in `example` and turned into one ONNX graph: gradients, optimiser and all. The result takes arguments of the
 * same structure and shapes. `f` must be pure: tensors it closes over become constants.
 * Throws UnsupportedOperation, naming the operation, if `f` cannot be compiled.
 */
export async function compile<A extends readonly unknown[], R>(
  f: (...args: A) => R,
  example: A,
  options: CompileOptions = {},
): Promise<Compiled<A, R>> {
  const { inputs, outputs, result } = trace(f as (...args: never[]) => Tree, example);
  const computed = outputs.filter(({ value }) => value.source.kind !== 'input');
  const provider = options.provider ?? activeProvider() ?? 'cpu';
  const graph = lower(inputs, computed, await targetOf(provider));
  // A function that only hands its arguments on leaves nothing to run.
  const session = computed.length ? await openSession(graph, provider, options.threads) : null;

  const call = async (...args: A): Promise<R> => {
    const tensors = new Map(tensorsOf(args).map(([path, x]) => [`in/${path}`, x]));
    const feeds = Object.fromEntries(graph.inputs.map((input) => [input.name, toOrt(input, tensors.get(input.name))]));
    const results = session ? await session.run(feeds) : {};
    const returned = outputs.map(({ name, value }) => {
      if (value.source.kind === 'input') return clone(tensors.get(value.source.name) as Tensor);
      const output = results[name];
      if (!output) throw new Error(`onnxruntime returned no ${name}`);
      return fromOrt(output, value);
    });
    return withOutputs(result, returned) as R;
  };
  return Object.assign(call, { dispose: async () => session?.release() });
}

/** `result` with its tensors in place. */
export function withOutputs(tree: Tree, tensors: readonly Tensor[]): Tree {
  if (tree instanceof OutputIndex) return tensors[tree.index];
  if (Array.isArray(tree)) return tree.map((child) => withOutputs(child as Tree, tensors));
  if (typeof tree !== 'object' || tree === null) return tree;
  return Object.fromEntries(Object.entries(tree).map(([key, child]) => [key, withOutputs(child as Tree, tensors)]));
}
