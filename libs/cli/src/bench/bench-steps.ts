import { join } from 'node:path';
import { ENGINES } from '@distillery/tensor';
import { sideBySide } from './side-by-side';
import { takeTurns, type Contestant, type Timing } from './take-turns';
import { startNode, startPython } from './timed-process';
import type { StepWorkload } from './workloads';

export const STOCK = 'wasm, stock kernels';
export const PYTORCH = 'PyTorch';

const WORKER = join(__dirname, 'step-worker.js');
const TORCH = join(__dirname, '..', '..', 'bench', 'torch_step.py');

/** Times one training step of the workload on every engine, on stock tfjs wasm and in PyTorch; or `copies` of it at the same time. */
export function benchSteps(workload: StepWorkload, rounds: number, threads: number, copies: number): Promise<Timing[]> {
  const { teacher, batch, side, csd } = workload;
  const node = (name: string, engine: string, kernels: 'own' | 'stock'): Contestant => ({
    name,
    start: () => sideBySide(copies, () => startNode(WORKER, { workload, engine, kernels }, threads)),
  });
  const python = [teacher.features, teacher.blocks, batch, side, teacher.scale, threads, csd?.width ?? 0, csd?.negatives ?? 0];
  return takeTurns(
    [
      ...(workload.stock ? [node(STOCK, 'wasm', 'stock')] : []),
      ...ENGINES.map((engine) => node(engine, engine, 'own')),
      { name: PYTORCH, start: () => sideBySide(copies, () => startPython(TORCH, python)) },
    ],
    rounds,
  );
}
