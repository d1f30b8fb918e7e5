import { writeFile } from 'node:fs/promises';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Tensor as OrtTensor } from 'onnxruntime-node';
import { activeProvider } from '../engine';
import type { CompileOptions } from './compile';
import { lower } from './lower/lower';
import type { OnnxValue } from './lower/model';
import { encodeModel } from './run/encode';
import { blockSize, openSession } from './run/session';
import { emptyOrt, fromOrt, toOrt } from './run/tensors';
import { trace, type Traced } from './traced';
import { mapTensors, tensorsOf, type Tree } from './tree';

/** A training step as methods write it: pure, its state in and out. */
export type Step<S, B> = (state: S, batch: B) => { state: S; losses: Record<string, Tensor> };

/** A compiled training step with the state inside: between steps it is neither copied nor visible to tfjs. */
export interface CompiledStep<S, B> {
  /** One update. Returns the losses as numbers. */
  run(batch: B): Promise<Record<string, number>>;
  /** The state after the last update, as tensors that the caller owns. */
  state(): S;
  /** Writes the step as an ONNX model that stands alone: standard operations only, state and batch in, state and losses out. */
  saveOnnx(path: string): Promise<void>;
  /** Frees the native session and the state. */
  dispose(): Promise<void>;
}

/**
 * Compiles `step` for the shapes of `state` and `batch`, and keeps a copy of `state` as the state it starts from; both stay the caller's.
 * Throws UnsupportedOperation, naming the operation, if `step` cannot be compiled, and Error if the state it returns is shaped unlike the one it takes.
 */
export async function compileStep<S, B>(step: Step<S, B>, state: S, batch: B, options: CompileOptions = {}): Promise<CompiledStep<S, B>> {
  const traced = trace(step as unknown as (...args: never[]) => Tree, [state, batch]);
  checkState(traced);
  // Parts of the state that the step hands through, such as a frozen teacher, never leave their place.
  const computed = traced.outputs.filter(({ name, value }) => value.source.kind !== 'input' || value.source.name !== inputOf(name));
  const provider = options.provider ?? activeProvider() ?? 'cpu';
  const graph = lower(traced.inputs, computed, await blockSize(provider));
  const session = await openSession(graph, provider, options.threads);

  const initial = new Map(tensorsOf(state).map(([path, x]) => [`in/0/${path}`, x]));
  const stateInputs = graph.inputs.filter(({ name }) => name.startsWith('in/0/'));
  const batchInputs = graph.inputs.filter(({ name }) => name.startsWith('in/1/'));
  const lossOutputs = graph.outputs.filter(({ name }) => name.startsWith('out/losses/'));
  const stateOutputs = graph.outputs.filter(({ name }) => name.startsWith('out/state/'));
  const held = new Map<string, OrtTensor>(
    traced.inputs.filter(({ name }) => name.startsWith('in/0/')).map((input) => [input.name, ortCopy(input, initial)]),
  );
  // The run writes into the state before last.
  const spare = new Map<string, OrtTensor>(stateOutputs.map((output) => [inputOf(output.name), emptyOrt(output)]));
  const losses = new Map<string, OrtTensor>(lossOutputs.map((output) => [output.name, emptyOrt(output)]));

  return {
    async run(next) {
      const tensors = new Map(tensorsOf(next).map(([path, x]) => [`in/1/${path}`, x]));
      const feeds: Record<string, OrtTensor> = {};
      for (const { name } of stateInputs) feeds[name] = held.get(name) as OrtTensor;
      for (const input of batchInputs) feeds[input.name] = toOrt(input, tensors.get(input.name));
      const fetches: Record<string, OrtTensor> = Object.fromEntries(losses);
      for (const { name } of stateOutputs) fetches[name] = spare.get(inputOf(name)) as OrtTensor;
      await session.run(feeds, fetches);
      for (const { name } of stateOutputs) swap(held, spare, inputOf(name));
      return Object.fromEntries(
        [...losses].map(([name, { data }]) => [name.slice('out/losses/'.length), (data as Float32Array)[0] as number]),
      );
    },
    state: () =>
      mapTensors(state, ({ dtype, shape }, path) =>
        fromOrt(held.get(`in/0/${path}`) as OrtTensor, { type: dtype as 'float32', shape }),
      ) as S,
    saveOnnx: (path) => writeFile(path, encodeModel(lower(traced.inputs, traced.outputs, 0))),
    dispose: () => session.release(),
  };
}

function inputOf(output: string): string {
  return output.replace(/^out\/state\//, 'in/0/');
}

function ortCopy({ name, value }: Traced['inputs'][number], tensors: ReadonlyMap<string, Tensor>): OrtTensor {
  const described: OnnxValue = { name, type: value.type, shape: value.shape };
  return toOrt(described, tensors.get(name));
}

function swap(a: Map<string, OrtTensor>, b: Map<string, OrtTensor>, key: string): void {
  const [x, y] = [a.get(key) as OrtTensor, b.get(key) as OrtTensor];
  a.set(key, y);
  b.set(key, x);
}

function checkState({ inputs, outputs }: Traced): void {
  const describe = (values: Traced['inputs'], prefix: string): string =>
    values
      .filter(({ name }) => name.startsWith(prefix))
      .map(({ name, value }) => `${name.slice(prefix.length)} ${value.type} [${value.shape.join(', ')}]`)
      .sort()
      .join('; ');
  const [before, after] = [describe(inputs, 'in/0/'), describe(outputs, 'out/state/')];
  if (before !== after) throw new Error(`the step takes a state of ${before}, but returns one of ${after}`);
}
