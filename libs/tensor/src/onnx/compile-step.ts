import { writeFile } from 'node:fs/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Tensor as OrtTensor } from 'onnxruntime-node';
import { activeProvider } from '../engine';
import type { CompileOptions } from './compile';
import { lower } from './lower/lower';
import { PORTABLE } from './lower/target';
import { packUpdates } from '../compile/passes/pack-updates';
import { encodeModel } from './run/encode';
import { openSession, targetOf } from './run/session';
import { exchange, fillArrays, stateArrays } from './run/state-arrays';
import { emptyOrt, fromOrt, toOrt } from './run/tensors';
import { trace, type Traced } from '../compile/trace';
import { mapTensors, tensorsOf, type Tree } from '../compile/tree';

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
  const recorded = (): Traced => trace(step as unknown as (...args: never[]) => Tree, [state, batch]);
  const { session, inputs, losses, before, packs, changed } = await opened(recorded, options);
  collectGarbage();

  const batchInputs = inputs.filter(({ name }) => name.startsWith('in/1/'));
  const stateInputs = inputs.filter((input) => !batchInputs.includes(input));
  const held = stateArrays(before, packs);
  fillArrays(held, before, new Map(tensorsOf(state).map(([path, x]) => [`in/0/${path}`, x])));
  // The run writes into the state before last.
  const changedPacks = packs.filter(({ name }) => changed.has(name));
  const members = new Set(changedPacks.flatMap((pack) => pack.members));
  const spare = stateArrays(
    before.filter(({ name }) => changed.has(name) || members.has(name)),
    changedPacks,
  );
  const lossArrays = new Map<string, OrtTensor>(losses.map((output) => [output.name, emptyOrt(output)]));

  return {
    async run(next) {
      const tensors = new Map(tensorsOf(next).map(([path, x]) => [`in/1/${path}`, x]));
      const feeds: Record<string, OrtTensor> = {};
      for (const { name } of stateInputs) feeds[name] = held.get(name) as OrtTensor;
      for (const input of batchInputs) feeds[input.name] = toOrt(input, tensors.get(input.name));
      const fetches: Record<string, OrtTensor> = Object.fromEntries(lossArrays);
      for (const name of changed) fetches[`next/${name}`] = spare.get(name) as OrtTensor;
      await session.run(feeds, fetches);
      exchange(held, spare);
      return Object.fromEntries(
        [...lossArrays].map(([name, { data }]) => [name.slice('out/losses/'.length), (data as Float32Array)[0] as number]),
      );
    },
    state: () =>
      mapTensors(state, ({ dtype, shape }, path) =>
        fromOrt(held.get(`in/0/${path}`) as OrtTensor, { type: dtype as 'float32', shape }),
      ) as S,
    // Recorded again: holding on to the first recording would be holding on to its constants.
    saveOnnx: (path) => {
      const traced = recorded();
      return writeFile(path, encodeModel(lower(traced.inputs, traced.outputs, PORTABLE)));
    },
    dispose: () => session.release(),
  };
}

/** The session of a step and what it is to be given; nothing of how it came about. */
async function opened(record: () => Traced, options: CompileOptions) {
  const traced = record();
  checkState(traced);
  const before = traced.inputs.filter(({ name }) => name.startsWith('in/0/'));
  const losses = traced.outputs.filter(({ name }) => name.startsWith('out/losses/'));
  // Parts of the state that the step hands through, such as a frozen teacher, never leave their place.
  const after = traced.outputs
    .filter(({ name }) => name.startsWith('out/state/'))
    .map(({ name, value }) => ({ name: inputOf(name), value }))
    .filter(({ name, value }) => value.source.kind !== 'input' || value.source.name !== name);
  const updates = packUpdates(
    before,
    after,
    losses.map(({ value }) => value),
    traced.builder,
  );
  const next = updates.after.map(({ name, value }) => ({ name: `next/${name}`, value }));
  const provider = options.provider ?? activeProvider() ?? 'cpu';
  const graph = lower([...traced.inputs, ...updates.before], [...next, ...losses], await targetOf(provider));
  return {
    session: await openSession(graph, provider, options.threads),
    inputs: graph.inputs,
    losses: graph.outputs.filter(({ name }) => name.startsWith('out/losses/')),
    before,
    packs: updates.packs,
    changed: new Set(updates.after.map(({ name }) => name)),
  };
}

/**
 * Compiling leaves large constants behind in several forms, which V8, seeing its own heap nearly empty, would keep beside the first run's memory: 60 of
 * 667 MB with a VGG19.
 */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

function inputOf(output: string): string {
  return output.replace(/^out\/state\//, 'in/0/');
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
