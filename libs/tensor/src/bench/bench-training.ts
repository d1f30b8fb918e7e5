import { dispose, tidy, type TensorContainer } from '@tensorflow/tfjs-core';
import { useEngine } from '../engine';
import { compileStep } from '../onnx';
import { edsrStep, type BenchState } from './edsr-step';
import { startTorch, type EdsrWorkload, type StepTime } from './torch-process';

/** EDSR x2, L1 and Adam: small, medium and the baseline of the literature. */
export const BENCH_WORKLOADS: readonly EdsrWorkload[] = [
  { features: 16, blocks: 4, batch: 8, patch: 24 },
  { features: 32, blocks: 8, batch: 8, patch: 48 },
  { features: 64, blocks: 16, batch: 4, patch: 48 },
];

export interface BenchOptions {
  readonly workloads?: readonly EdsrWorkload[];
  /** Threads of onnxruntime and PyTorch; tfjs' wasm has one. */
  readonly threads: number;
  /** Measured steps of each; the wasm engine takes a quarter as many. */
  readonly steps: number;
}

/** Milliseconds per step. */
export interface StepTimes {
  readonly median: StepTime;
  readonly least: StepTime;
}

export interface BenchRow {
  readonly workload: EdsrWorkload;
  readonly threads: number;
  readonly onnx: StepTimes;
  /** Recording, optimising and loading, milliseconds by the clock. */
  readonly compile: number;
  readonly wasm: StepTimes;
  /** Null: no torch. */
  readonly torch: (StepTimes & { readonly version: string }) | null;
}

/**
 * Time of one training step on the engines `onnx` and `wasm` and in eager PyTorch. They take turns, step by step, so that whatever else the machine does
 * hits all of them; least and median are over the steps after the first two. Leaves the engine `onnx` selected.
 */
export async function benchTraining({ workloads = BENCH_WORKLOADS, threads, steps }: BenchOptions): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const workload of workloads) rows.push(await benchWorkload(workload, threads, steps));
  return rows;
}

async function benchWorkload(workload: EdsrWorkload, threads: number, steps: number): Promise<BenchRow> {
  await useEngine('onnx');
  const { step, state, batch } = edsrStep(workload);
  const torch = await startTorch(workload, threads);
  const start = performance.now();
  const compiled = await compileStep(step, state, batch, { threads });
  const compile = performance.now() - start;
  let eager: BenchState = state;
  const times = { onnx: [] as StepTime[], wasm: [] as StepTime[], torch: [] as StepTime[] };
  for (let i = -2; i < steps; i++) {
    const onnx = await timed(async () => void (await compiled.run(batch)));
    if (i >= 0) times.onnx.push(onnx);
    const torchTime = await torch?.step();
    if (i >= 0 && torchTime) times.torch.push(torchTime);
    if (i < 0 || i % 4 !== 0) continue;
    const before = eager;
    times.wasm.push(
      await timed(async () => {
        const result = tidy(() => step(before, batch));
        result.losses.total?.dataSync();
        eager = result.state;
        dispose(result.losses);
      }),
    );
    dispose(before);
  }
  torch?.close();
  await compiled.dispose();
  dispose([Object.values(eager).map((slot) => Object.values(slot)), Object.values(batch)] as TensorContainer);
  return {
    workload,
    threads,
    onnx: summary(times.onnx),
    compile,
    wasm: summary(times.wasm),
    torch: torch && { ...summary(times.torch), version: torch.version },
  };
}

async function timed(run: () => Promise<void>): Promise<StepTime> {
  const [wall, cpu] = [performance.now(), process.cpuUsage()];
  await run();
  const { user, system } = process.cpuUsage(cpu);
  return { wall: performance.now() - wall, cpu: (user + system) / 1000 };
}

function summary(times: readonly StepTime[]): StepTimes {
  const at = (key: keyof StepTime, share: number): number => {
    const sorted = times.map((time) => time[key]).sort((a, b) => a - b);
    return sorted[Math.floor(share * (sorted.length - 1))] ?? NaN;
  };
  return { median: { wall: at('wall', 0.5), cpu: at('cpu', 0.5) }, least: { wall: at('wall', 0), cpu: at('cpu', 0) } };
}
