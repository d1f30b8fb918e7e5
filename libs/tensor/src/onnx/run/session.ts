import type { InferenceSession } from 'onnxruntime-node';
import { BLOCKED_DOMAIN, type OnnxGraph } from '../lower/model';
import { encodeModel } from './encode';
import type { Provider } from './provider';
import { onnxRuntime } from './runtime';
import { threadCount } from './threads';

/** An onnxruntime session. On the CPU the same graph, inputs and threads give the same bytes. */
export async function openSession(graph: OnnxGraph, provider: Provider, threads = threadCount()): Promise<InferenceSession> {
  return onnxRuntime().InferenceSession.create(encodeModel(graph), {
    executionProviders: [provider],
    graphOptimizationLevel: 'all',
    executionMode: 'sequential',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // Errors only: it warns about every initializer it folds away.
    logSeverityLevel: 3,
  });
}

let block: Promise<number> | undefined;

/**
 * Channels per block of onnxruntime's blocked image layout on this machine: 8 with AVX2, 16 with AVX-512, 0 where it has none, as on
 * every provider but the CPU. Found by rearranging two pixels and looking where the second one went.
 */
export async function blockSize(provider: Provider): Promise<number> {
  return provider === 'cpu' ? (block ??= probeBlockSize()) : 0;
}

async function probeBlockSize(): Promise<number> {
  const { Tensor } = onnxRuntime();
  const shape = [1, 64, 1, 2];
  const graph: OnnxGraph = {
    nodes: [{ op: 'ReorderInput', domain: BLOCKED_DOMAIN, inputs: ['x'], outputs: ['y'], attrs: {} }],
    initializers: [],
    inputs: [{ name: 'x', type: 'float32', shape }],
    outputs: [{ name: 'y', type: 'float32', shape }],
  };
  try {
    const session = await openSession(graph, 'cpu', 1);
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
