import { join } from 'node:path';
import { ENGINES } from '@distillery/tensor';
import { median } from './median';
import { startNode, startPython, type StepSeconds, type TimedProcess } from './timed-process';
import type { StepWorkload } from './workloads';

/** How long one contestant takes for a step. */
export interface StepTime {
  readonly contestant: string;
  /** Median milliseconds by the clock and of processor time; null if it is not installed here. */
  readonly ms: { readonly clock: number; readonly processor: number } | null;
}

const WORKER = join(__dirname, 'step-worker.js');
const TORCH = join(__dirname, '..', '..', 'bench', 'torch_step.py');

/**
 * Times one training step of the workload on every engine, on stock tfjs wasm and in PyTorch. The contestants take turns, `rounds`
 * times, so that a neighbour's load on a shared machine falls on all of them.
 */
export async function benchSteps(workload: StepWorkload, rounds: number, threads: number): Promise<StepTime[]> {
  const { teacher, batch, side } = workload;
  const node = (name: string, engine: string, kernels: 'own' | 'stock') => async () =>
    startNode(name, WORKER, { workload, engine, kernels }, threads);
  const starts: [string, () => Promise<TimedProcess | null>][] = [
    ...(workload.stock ? [['wasm, stock kernels', node('stock', 'wasm', 'stock')] as [string, () => Promise<TimedProcess | null>]] : []),
    ...ENGINES.map((engine): [string, () => Promise<TimedProcess | null>] => [engine, node(engine, engine, 'own')]),
    ['PyTorch', () => startPython('PyTorch', TORCH, [teacher.features, teacher.blocks, batch, side, teacher.scale, threads])],
  ];
  const contestants: { name: string; process: TimedProcess | null; seconds: StepSeconds[] }[] = [];
  for (const [name, start] of starts) contestants.push({ name, process: await start(), seconds: [] });
  for (let round = 0; round < rounds; round++) {
    for (const { process, seconds } of contestants) if (process) seconds.push(await process.time());
  }
  for (const { process } of contestants) process?.stop();
  return contestants.map(({ name, process, seconds }) => ({ contestant: name, ms: process && medians(seconds) }));
}

function medians(seconds: readonly StepSeconds[]): { clock: number; processor: number } {
  const of = (key: keyof StepSeconds) => 1000 * median(seconds.map((step) => step[key]));
  return { clock: of('clock'), processor: of('processor') };
}
