import type { Tensor } from '@tensorflow/tfjs-core';
import type { Tensor as OrtTensor } from 'onnxruntime-node';
import type { CompileOptions, Compiler, Losses, PreparedFunction, PreparedStep } from '../compile/compiler';
import type { NamedValue } from '../compile/record/record';
import { packedStep, type StepProgram } from '../compile/step-program';
import { lower } from './lower/lower';
import { residentStep } from './resident-step';
import type { Provider } from './run/provider';
import { openSession, targetOf } from './run/session';
import { exchange, fillArrays, stateArrays } from './run/state-arrays';
import { emptyOrt, fromOrt, toOrt } from './run/tensors';

/** Recorded functions as ONNX graphs, run by onnxruntime. */
export function onnxCompiler(provider: Provider): Compiler {
  return {
    fewPrograms: false,
    prepareFunction: (inputs, outputs, options) => preparedFunction(inputs, outputs, provider, options),
    prepareStep: (program, options) =>
      provider === 'webgpu' ? residentStep(program, provider, options) : preparedStep(program, provider, options),
  };
}

async function preparedFunction(
  inputs: readonly NamedValue[],
  outputs: readonly NamedValue[],
  provider: Provider,
  options: CompileOptions,
): Promise<PreparedFunction> {
  const graph = lower(inputs, outputs, await targetOf(provider));
  const session = await openSession(graph, provider, options);
  return {
    async run(tensors) {
      const feeds = Object.fromEntries(graph.inputs.map((input) => [input.name, toOrt(input, tensors.get(input.name))]));
      const results = await session.run(feeds);
      return new Map(
        graph.outputs.map((output): [string, Tensor] => {
          const result = results[output.name];
          if (!result) throw new Error(`onnxruntime returned no ${output.name}`);
          return [output.name, fromOrt(result, output as { type: 'float32'; shape: readonly number[] })];
        }),
      );
    },
    release: () => session.release(),
  };
}

/** A step whose state lies in the processor's memory, in two sets of arrays that take turns as inputs and outputs. */
async function preparedStep(program: StepProgram, provider: Provider, options: CompileOptions): Promise<PreparedStep> {
  const { session, inputs, losses, state, packs, changed } = await opened(program, provider, options);
  const batchInputs = inputs.filter(({ name }) => name.startsWith('in/1/'));
  const stateInputs = inputs.filter((input) => !batchInputs.includes(input));
  const held = stateArrays(state, packs);
  // The run writes into the state before last.
  const changedPacks = packs.filter(({ name }) => changed.has(name));
  const members = new Set(changedPacks.flatMap((pack) => pack.members));
  const spare = stateArrays(
    state.filter(({ name }) => changed.has(name) || members.has(name)),
    changedPacks,
  );
  const lossArrays = new Map<string, OrtTensor>(losses.map(({ name, value }) => [`losses/${name}`, emptyOrt(value)]));
  let unread: Losses[] = [];

  return {
    ahead: 1,
    fill: (tensors) => Promise.resolve(fillArrays(held, state, tensors)),
    async start(batch) {
      const feeds: Record<string, OrtTensor> = {};
      for (const { name } of stateInputs) feeds[name] = held.get(name) as OrtTensor;
      for (const input of batchInputs) feeds[input.name] = toOrt(input, batch.get(input.name));
      const fetches: Record<string, OrtTensor> = Object.fromEntries(lossArrays);
      for (const name of changed) fetches[`next/${name}`] = spare.get(name) as OrtTensor;
      await session.run(feeds, fetches);
      exchange(held, spare);
      unread.push(
        Object.fromEntries([...lossArrays].map(([name, { data }]) => [name.slice('losses/'.length), (data as Float32Array)[0] as number])),
      );
    },
    losses() {
      const read = unread;
      unread = [];
      return Promise.resolve(read);
    },
    state: () => Promise.resolve(new Map(state.map(({ name, value }) => [name, fromOrt(held.get(name) as OrtTensor, value)]))),
    release: () => session.release(),
  };
}

/** The session of a step and what it is to be given; nothing of how it came about. */
async function opened(program: StepProgram, provider: Provider, options: CompileOptions) {
  const { packs, packed, updates } = packedStep(program);
  const losses = program.losses.map(({ name, value }) => ({ name: `losses/${name}`, value }));
  const next = updates.map(({ name, value }) => ({ name: `next/${name}`, value }));
  const graph = lower([...program.state, ...program.batch, ...packed], [...next, ...losses], await targetOf(provider));
  return {
    session: await openSession(graph, provider, options),
    inputs: graph.inputs,
    losses: program.losses.map(({ name, value: { type, shape } }) => ({ name, value: { type, shape } })),
    state: program.state.map(({ name, value: { type, shape } }) => ({ name, value: { type, shape } })),
    packs,
    changed: new Set(updates.map(({ name }) => name)),
  };
}
