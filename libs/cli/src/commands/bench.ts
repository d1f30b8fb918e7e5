import { fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { jsonOption, positiveInteger } from '../arguments';
import { benchSteps } from '../bench/bench-steps';
import { STEP_WORKLOADS } from '../bench/workloads';
import { RunFailed } from '../errors';
import { print, printJson, printTable } from '../output';

interface BenchOptions {
  readonly rounds: number;
  readonly threads: number;
  readonly json: boolean;
}

/** Side of the image whose tiled upscaling is measured. */
const LARGE_SIDE = 2000;

/** `distillery bench`: ratios and medians of contestants that take turns in the same run. */
export function addBench(program: Command): void {
  program
    .command('bench')
    .description('measure speed and memory against peers, in the same run')
    .option('--rounds <n>', 'times that the contestants take turns', positiveInteger, 5)
    .option('--threads <n>', 'threads of onnx and PyTorch (wasm has one)', positiveInteger, availableParallelism())
    .addOption(jsonOption())
    .action(async ({ rounds, threads, json }: BenchOptions) => {
      const steps = [];
      for (const workload of STEP_WORKLOADS) {
        const times = await benchSteps(workload, rounds, threads);
        steps.push({ workload: workload.name, times });
        if (!json) printSteps(workload.name, times);
      }
      const large = await benchUpscale();
      if (json) return printJson({ threads, rounds, steps, upscale: { side: LARGE_SIDE, ...large } });
      print(
        `upscaling ${LARGE_SIDE}x${LARGE_SIDE} by 2 (EDSR, 32 channels, 4 blocks, tiled, wasm): peak ${(large.peakBytes / 2 ** 30).toFixed(2)} GiB, ${large.seconds.toFixed(0)} s`,
      );
    });
}

type StepTimes = Awaited<ReturnType<typeof benchSteps>>;

function printSteps(name: string, times: StepTimes): void {
  print(`training step: ${name}`);
  printTable([
    ['contestant', 'clock ms', 'processor ms', 'processor: x stock wasm', 'x PyTorch'],
    ...times.map(({ contestant, ms }) =>
      ms === null
        ? [contestant, `no ${contestant === 'PyTorch' ? 'torch' : contestant}`]
        : [
            contestant,
            ms.clock.toFixed(0),
            ms.processor.toFixed(0),
            ratio(ms.processor, times, 'wasm, stock kernels'),
            ratio(ms.processor, times, 'PyTorch'),
          ],
    ),
  ]);
}

function ratio(ms: number, times: StepTimes, peer: string): string {
  const other = times.find(({ contestant }) => contestant === peer)?.ms;
  return other ? (ms / other.processor).toFixed(2) : '-';
}

async function benchUpscale(): Promise<{ peakBytes: number; seconds: number }> {
  const child = fork(join(__dirname, '..', 'bench', 'upscale-worker.js'), [String(LARGE_SIDE)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new RunFailed(`upscaling ${LARGE_SIDE}x${LARGE_SIDE} ended with code ${String(code)}`);
  });
  const [measured] = (await Promise.race([once(child, 'message'), ended])) as [{ peakBytes: number; seconds: number }];
  ended.catch(() => undefined);
  return measured;
}
