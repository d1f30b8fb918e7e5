import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { BLOCKED_DOMAIN, type OnnxGraph, type OnnxOutput, type OnnxValue } from '../lower/model';
import { splitConstants, type SplitGraph } from '../lower/split-constants';
import type { Target } from '../lower/target';
import { threadCount } from '../../threads';
import { encodeModel } from './encode';
import type { Provider } from './provider';
import { onnxRuntime } from './runtime';
import { ortTensor } from './tensors';

/** A graph that onnxruntime holds ready. */
export interface Session {
  run(feeds: Readonly<Record<string, Tensor>>, fetches?: Readonly<Record<string, Tensor>>): Promise<Readonly<Record<string, Tensor>>>;
  release(): Promise<void>;
}

export interface SessionOptions {
  /** Default: `threadCount()`. */
  readonly threads?: number | undefined;
  /** Names of outputs that stay on the device, to be fed to a later run and disposed of. Not on the CPU. */
  readonly onDevice?: readonly string[];
}

/** Makes a graph ready to run. On the CPU the same graph, inputs and threads give the same bytes. */
export async function openSession(
  graph: OnnxGraph,
  provider: Provider,
  { threads = threadCount(), onDevice = [] }: SessionOptions = {},
): Promise<Session> {
  // Other devices would be sent what is fed at every run.
  if (provider !== 'cpu') return openModel(graph, provider, threads, onDevice);
  const split = splitConstants(graph);
  const constants = await prepared(split, threads);
  const described = Object.entries(constants).map(([name, { type, dims }]) => ({ name, type: type as OnnxValue['type'], shape: dims }));
  const session = await openModel({ ...split.each, inputs: [...split.each.inputs, ...described] }, provider, threads);
  return {
    run: (feeds, fetches) => (fetches ? session.run({ ...feeds, ...constants }, fetches) : session.run({ ...feeds, ...constants })),
    release: () => session.release(),
  };
}

/** What a run is fed beside its inputs. */
async function prepared({ constants, once, fed }: SplitGraph, threads: number): Promise<Record<string, Tensor>> {
  const given = Object.fromEntries(constants.map(({ name, type, shape, data }) => [name, ortTensor(type, data, shape)]));
  let made: Readonly<Record<string, Tensor>> = {};
  if (once.outputs.length > 0) {
    const session = await openModel(once, 'cpu', threads);
    made = await session.run(Object.fromEntries(once.inputs.map(({ name }) => [name, given[name] as Tensor])));
    await session.release();
  }
  return Object.fromEntries(fed.map((name) => [name, (made[name] ?? given[name]) as Tensor]));
}

function openModel(
  graph: OnnxGraph<OnnxOutput>,
  provider: Provider,
  threads: number,
  onDevice: readonly string[] = [],
): Promise<InferenceSession> {
  return onnxRuntime().InferenceSession.create(encodeModel(graph), {
    executionProviders: [provider],
    // What is written in onnxruntime's own operations is as it should be: looking for more takes as long as all the rest, and finds nothing.
    graphOptimizationLevel: graph.nodes.some(({ domain }) => domain !== '') ? 'disabled' : 'all',
    executionMode: 'sequential',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // Planned memory is held beside that of the first run, which had no plan yet.
    enableMemPattern: false,
    // Errors only: it warns about every initializer it folds away.
    logSeverityLevel: 3,
    preferredOutputLocation: Object.fromEntries(onDevice.map((name) => [name, 'gpu-buffer'])),
  });
}

let block: Promise<number> | undefined;

/** What graphs for a provider are lowered for on this machine. */
export async function targetOf(provider: Provider): Promise<Target> {
  return { block: provider === 'cpu' ? await (block ??= blockSize()) : 0, webgpu: provider === 'webgpu' };
}

/**
 * Channels per block of the CPU's blocked image layout: 8 with AVX2, 16 with AVX-512, 0 where it has none. Found by rearranging two pixels and looking
 * where the second one went.
 */
async function blockSize(): Promise<number> {
  const { Tensor } = onnxRuntime();
  const shape = [1, 64, 1, 2];
  const graph: OnnxGraph = {
    nodes: [{ op: 'ReorderInput', domain: BLOCKED_DOMAIN, inputs: ['x'], outputs: ['y'], attrs: {} }],
    initializers: [],
    inputs: [{ name: 'x', type: 'float32', shape }],
    outputs: [{ name: 'y', type: 'float32', shape }],
  };
  try {
    const session = await openSession(graph, 'cpu', { threads: 1 });
    const { y } = await session.run({
      x: new Tensor(
        'float32',
        Float32Array.from({ length: 128 }, (_, i) => i),
        shape,
      ),
    });
    await session.release();
    return Math.max(0, (y?.data as Float32Array).indexOf(1));
  } catch {
    return 0;
  }
}
