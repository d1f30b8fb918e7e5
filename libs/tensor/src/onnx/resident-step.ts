import type { Tensor as OrtTensor } from 'onnxruntime-node';
import type { CompileOptions, Losses, PreparedStep } from '../compile/compiler';
import { stateLayout, storedData, storedTensors, type Stored } from '../compile/state-layout';
import type { StepProgram } from '../compile/step-program';
import { lower } from './lower/lower';
import type { OnnxGraph } from './lower/model';
import type { Provider } from './run/provider';
import { openSession, targetOf } from './run/session';
import { ortTensor, toOrt } from './run/tensors';

/** A step whose state stays on the device: it leaves a session as its outputs and enters the next run as inputs, and the processor sees it only when it is asked for. */
export async function residentStep(program: StepProgram, provider: Provider, { threads }: CompileOptions): Promise<PreparedStep> {
  const { graph, arrays, stored, updates } = described(program, await targetOf(provider));
  const copies = copying(stored);
  const session = await openSession(graph, provider, { threads, onDevice: updates.map((name) => `next/${name}`) });
  const sender = await openSession(copies, provider, { threads, onDevice: stored.map(({ name }) => `copy/${name}`) });
  // Reading a tensor itself, as the runtime offers it, ends the process: what a session yields arrives.
  const reader = await openSession(copies, provider, { threads });
  const batchInputs = graph.inputs.filter(({ name }) => name.startsWith('in/1/'));
  const stateInputs = graph.inputs.map(({ name }) => name).filter((name) => !name.startsWith('in/1/'));
  const lossOutputs = graph.outputs.map(({ name }) => name).filter((name) => name.startsWith('losses/'));
  const held = new Map<string, OrtTensor>();
  const hold = (name: string, tensor: OrtTensor): void => {
    held.get(name)?.dispose();
    held.set(name, tensor);
  };
  let unread: Losses[] = [];

  return {
    ahead: 1,
    async fill(tensors) {
      const sent = stored.map((each) => [each.name, ortTensor(each.value.type, storedData(each, tensors), each.value.shape)] as const);
      const results = await sender.run(Object.fromEntries(sent));
      for (const { name } of stored) hold(name, results[`copy/${name}`] as OrtTensor);
    },
    async start(batch) {
      const feeds: Record<string, OrtTensor> = {};
      for (const name of stateInputs) feeds[name] = held.get(name) as OrtTensor;
      for (const input of batchInputs) feeds[input.name] = toOrt(input, batch.get(input.name));
      const results = await session.run(feeds);
      for (const name of updates) hold(name, results[`next/${name}`] as OrtTensor);
      unread.push(Object.fromEntries(lossOutputs.map((name) => [name.slice('losses/'.length), numberIn(results[name] as OrtTensor)])));
    },
    losses() {
      const read = unread;
      unread = [];
      return Promise.resolve(read);
    },
    async state() {
      const results = await reader.run(Object.fromEntries(held));
      return storedTensors(arrays, new Map(stored.map(({ name }) => [name, results[`copy/${name}`]?.data as Float32Array])));
    },
    async release() {
      for (const tensor of held.values()) tensor.dispose();
      held.clear();
      for (const each of [session, sender, reader]) await each.release();
    },
  };
}

function numberIn({ data }: OrtTensor): number {
  return (data as Float32Array)[0] as number;
}

/** The graph of a step and what it is to be given; nothing of how it came about. */
function described(program: StepProgram, target: Awaited<ReturnType<typeof targetOf>>) {
  const { arrays, stored, inputs, updates, losses } = stateLayout(program, true);
  const graph = lower(
    [...inputs, ...program.batch],
    [
      ...updates.map(({ name, value }) => ({ name: `next/${name}`, value })),
      ...losses.map(({ name, value }) => ({ name: `losses/${name}`, value })),
    ],
    target,
  );
  return { graph, arrays, stored, updates: updates.map(({ name }) => name) };
}

/** A graph that hands on everything that is stored: to the device and from it. */
function copying(stored: readonly Stored[]): OnnxGraph {
  return {
    nodes: stored.map(({ name }) => ({ op: 'Identity', domain: '', inputs: [name], outputs: [`copy/${name}`], attrs: {} })),
    initializers: [],
    inputs: stored.map(({ name, value }) => ({ name, ...value })),
    outputs: stored.map(({ name, value }) => ({ name: `copy/${name}`, ...value })),
  };
}
