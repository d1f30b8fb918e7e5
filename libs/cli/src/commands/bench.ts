import { fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { findDataDir } from '@distillery/data';
import { TIERS, writeOverhead, type PaperOverhead, type Tier } from '@distillery/lab';
import { activeCompiler, activeEngine } from '@distillery/tensor';
import { Argument, Option, type Command } from 'commander';
import { dataOption, engineOption, jsonOption, outOption, positiveInteger } from '../arguments';
import { benchMethods } from '../bench/bench-methods';
import { benchModels, type ModelTiming } from '../bench/bench-models';
import { benchSteps, PYTORCH, STOCK } from '../bench/bench-steps';
import type { Timing } from '../bench/take-turns';
import { STEP_WORKLOADS } from '../bench/workloads';
import { selectEngine } from '../engine';
import { RunFailed } from '../errors';
import { foldersIn } from '../folders';
import { print, printJson, printTable } from '../output';
import { knownPapers, papersOption } from '../papers/papers-option';

const SECTIONS = ['steps', 'methods', 'models', 'upscale'] as const;
type Section = (typeof SECTIONS)[number];

interface BenchOptions {
  readonly rounds: number;
  readonly threads: number;
  readonly sideBySide: number;
  readonly engine: string;
  readonly tier: Tier;
  readonly data?: string;
  readonly papers: readonly string[];
  readonly save: boolean;
  readonly out: string;
  readonly json: boolean;
}

/** Side of the image whose tiled upscaling is measured. */
const LARGE_SIDE = 2000;
/** Side of the LR image that every network of the zoo is timed on. */
const MODEL_SIDE = 48;

/** `distillery bench`: ratios and medians of contestants that take turns in the same run. */
export function addBench(program: Command): void {
  program
    .command('bench')
    .addArgument(new Argument('[section...]', 'what to measure (default: all)').choices(SECTIONS))
    .description('measure speed and memory against peers, in the same run')
    .option('--rounds <n>', 'times that the contestants take turns', positiveInteger, 5)
    .option('--threads <n>', 'threads of onnx and PyTorch (wasm has one)', positiveInteger, availableParallelism())
    .option('--side-by-side <n>', '`steps`: copies of each contestant at work at the same time', positiveInteger, 1)
    .addOption(engineOption())
    .addOption(new Option('--tier <tier>', 'whose recipes `methods` measures').choices(TIERS).default('small'))
    .addOption(dataOption())
    .addOption(papersOption())
    .option('--save', 'store what `methods` measures under reports/results, for the report', false)
    .addOption(outOption())
    .addOption(jsonOption())
    .action(async (sections: Section[], options: BenchOptions) => {
      const chosen = sections.length > 0 ? sections : SECTIONS;
      const show = !options.json;
      const measured: Record<string, unknown> = {};
      for (const section of SECTIONS) if (chosen.includes(section)) measured[section] = await MEASURE[section](options, show);
      if (options.json) printJson({ threads: options.threads, rounds: options.rounds, ...measured });
    });
}

const MEASURE: Readonly<Record<Section, (options: BenchOptions, show: boolean) => Promise<unknown>>> = {
  async steps({ rounds, threads, sideBySide }, show) {
    const steps = [];
    for (const workload of STEP_WORKLOADS) {
      const timings = await benchSteps(workload, rounds, threads, sideBySide);
      steps.push({ workload: workload.name, timings });
      if (show) printSteps(workload.name, timings, sideBySide);
    }
    return steps;
  },

  async methods({ tier, rounds, threads, data, save, out, engine: asked, papers: modules }, show) {
    const { papers: known, papersModules } = await knownPapers(modules);
    const engine = await selectEngine(asked);
    const dataDir = findDataDir(data);
    const papers: PaperOverhead[] = [];
    for (const paper of known) {
      const overhead = await benchMethods(paper, { papersModules, tier, engine, dataDir, rounds, threads });
      papers.push(overhead);
      if (show) printOverhead(overhead, tier, engine);
    }
    const used = activeCompiler() ? threads : 1;
    const file = {
      schema: 2,
      engine,
      engineVersion: activeEngine().version,
      threads: used,
      tier,
      rounds,
      platform: platform(),
      papers,
    } as const;
    if (save) await writeOverhead(foldersIn(out).results, file);
    return file;
  },

  async models({ rounds, threads }, show) {
    const models: ModelTiming[] = [];
    for await (const timing of benchModels(MODEL_SIDE, Math.min(rounds, 3), threads)) {
      models.push(timing);
      if (show) printModel(timing, models.length === 1);
    }
    return { side: MODEL_SIDE, models };
  },

  async upscale(_, show) {
    const large = await benchUpscale();
    if (show) {
      print(
        `upscaling ${LARGE_SIDE}x${LARGE_SIDE} by 2 (EDSR, 32 channels, 4 blocks, tiled, wasm): peak ${gibibytes(large.peakBytes)} GiB, ${large.seconds.toFixed(0)} s`,
      );
    }
    return { side: LARGE_SIDE, ...large };
  },
};

function platform(): string {
  return `${process.platform} ${process.arch}, Node ${process.version}`;
}

const gibibytes = (bytes: number) => (bytes / 2 ** 30).toFixed(2);

function printSteps(name: string, timings: readonly Timing[], copies: number): void {
  print(`training step: ${name}${copies > 1 ? `; ${copies} at the same time` : ''}`);
  printTable([
    [
      'contestant',
      'clock ms',
      'processor ms',
      'peak GiB',
      'processor: x stock wasm',
      'x PyTorch',
      'clock: x PyTorch',
      'memory: x PyTorch',
      'compiling s',
    ],
    ...timings.map(({ name: contestant, measured }) =>
      measured === null
        ? [contestant, `no ${contestant === PYTORCH ? 'torch' : contestant}`]
        : [
            contestant,
            measured.clockMs.toFixed(0),
            measured.processorMs.toFixed(0),
            gibibytes(measured.peakBytes),
            ratio('processorMs', measured, timings, STOCK),
            ratio('processorMs', measured, timings, PYTORCH),
            ratio('clockMs', measured, timings, PYTORCH),
            ratio('peakBytes', measured, timings, PYTORCH),
            compiling(measured.said),
          ],
    ),
  ]);
}

/** Engines that compile nothing, and peers, have nothing to say. */
function compiling({ compileSeconds }: { readonly compileSeconds?: unknown }): string {
  return typeof compileSeconds === 'number' && compileSeconds > 0 ? compileSeconds.toFixed(1) : '-';
}

type Figure = 'processorMs' | 'clockMs' | 'peakBytes';

function ratio(figure: Figure, measured: Readonly<Record<Figure, number>>, timings: readonly Timing[], peer: string): string {
  const other = timings.find(({ name }) => name === peer)?.measured;
  return other ? (measured[figure] / other[figure]).toFixed(2) : '-';
}

function printOverhead({ paper, plain, arms }: PaperOverhead, tier: Tier, engine: string): void {
  const reference = arms.find(({ arm }) => arm === plain);
  print(`cost of a step: ${paper}, ${tier} tier, engine ${engine}`);
  printTable([
    ['arm', 'ms', 'x plain', 'peak GiB', 'x plain', 'first step s', 'of it compiling'],
    ...arms.map(({ arm, milliseconds, peakBytes, firstStepSeconds, compileSeconds, fallback }) => [
      fallback === null ? arm : `${arm} (not compiled: ${fallback})`,
      milliseconds.toFixed(1),
      reference ? (milliseconds / reference.milliseconds).toFixed(2) : '-',
      gibibytes(peakBytes),
      reference ? (peakBytes / reference.peakBytes).toFixed(2) : '-',
      firstStepSeconds.toFixed(1),
      compileSeconds?.toFixed(1) ?? '-',
    ]),
  ]);
}

function printModel({ model, scale, timings }: ModelTiming, first: boolean): void {
  const here = timings.flatMap(({ name, measured }) => (measured ? [{ name, ...measured }] : []));
  if (first) print(`forward pass of a ${MODEL_SIDE}x${MODEL_SIDE} image`);
  const each = here.map(({ name, clockMs, peakBytes }) => `${name} ${clockMs.toFixed(0)} ms, ${gibibytes(peakBytes)} GiB`);
  const fastest = here.reduce((best, other) => (other.clockMs < best.clockMs ? other : best));
  const wasm = here.find(({ name }) => name === 'wasm');
  print(`${model} x${scale}: ${each.join('; ')}${wasm ? `; wasm / ${fastest.name} ${(wasm.clockMs / fastest.clockMs).toFixed(1)}` : ''}`);
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
