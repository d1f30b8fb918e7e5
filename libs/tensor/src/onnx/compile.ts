import { clone, tensor, type Tensor } from '@tensorflow/tfjs-core';
import { Tensor as OrtTensor } from 'onnxruntime-node';
import { lower } from './lower/lower';
import { optimise } from './passes/optimise';
import { OutputIndex, record, type NamedValue, type Recording } from './record/record';
import { blockSize, openSession } from './run/session';
import { tensorsOf, type Tree } from './tree';

export interface CompileOptions {
  /** Threads of the run; default: as many as the machine has cores. */
  readonly threads?: number;
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
  const recording = record(f as (...args: never[]) => Tree, example);
  const { inputs, outputs } = optimised(recording);
  const graph = lower(
    inputs,
    outputs.filter(({ value }) => value.source.kind !== 'input'),
    await blockSize(),
  );
  const session = await openSession(graph, options.threads);

  const call = async (...args: A): Promise<R> => {
    const tensors = new Map(tensorsOf(args).map(([path, x]) => [`in/${path}`, x]));
    const feeds = Object.fromEntries(graph.inputs.map(({ name, shape }) => [name, fed(name, tensors.get(name), shape)]));
    const results = await session.run(feeds);
    const returned = outputs.map(({ name, value }) => {
      if (value.source.kind === 'input') return clone(tensors.get(value.source.name) as Tensor);
      return tensor((results[name] as OrtTensor).data as Float32Array, [...value.shape], value.type);
    });
    return withOutputs(recording.result, returned) as R;
  };
  return Object.assign(call, { dispose: () => session.release() });
}

function optimised({ builder, inputs, outputs }: Recording): { inputs: readonly NamedValue[]; outputs: readonly NamedValue[] } {
  const values = optimise(
    outputs.map(({ value }) => value),
    builder,
  );
  return { inputs, outputs: outputs.map(({ name }, i) => ({ name, value: values[i] as NamedValue['value'] })) };
}

function fed(name: string, x: Tensor | undefined, shape: readonly number[]): OrtTensor {
  const path = name.slice('in/'.length);
  if (!x) throw new Error(`compiled function called without argument ${path}`);
  if (x.shape.join() !== shape.join())
    throw new Error(`argument ${path}: shape [${x.shape.join(', ')}], but compiled for [${shape.join(', ')}]`);
  return new OrtTensor(x.dtype as 'float32', x.dataSync() as Float32Array, x.shape);
}

function withOutputs(tree: Tree, tensors: readonly Tensor[]): Tree {
  if (tree instanceof OutputIndex) return tensors[tree.index];
  if (Array.isArray(tree)) return tree.map((child) => withOutputs(child as Tree, tensors));
  if (typeof tree !== 'object' || tree === null) return tree;
  return Object.fromEntries(Object.entries(tree).map(([key, child]) => [key, withOutputs(child as Tree, tensors)]));
}
