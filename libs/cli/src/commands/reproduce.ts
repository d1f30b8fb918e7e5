import { join } from 'node:path';
import { findDataDir, requireDataset, requireWritable } from '@distillery/data';
import {
  defaultDatasets,
  defaultJobs,
  plan,
  readRun,
  runPlan,
  setsOfRecipe,
  updateResults,
  type RunOutcome,
  type RunResult,
  type Tier,
} from '@distillery/lab';
import type { Command } from 'commander';
import {
  dataOption,
  engineOption,
  outOption,
  positiveInteger,
  precisionOption,
  seedsOption,
  tableOption,
  type PlanArguments,
} from '../arguments';
import { AUTO, chooseEngine, requireEngine } from '../engine';
import { RunFailed } from '../errors';
import { foldersIn } from '../folders';
import { interruptible } from '../interrupt';
import { measureInstrumentLoudly } from '../instrument-progress';
import { print, warn } from '../output';
import { knownPapers, papersNamed, papersOption } from '../papers/papers-option';
import { printPlanCost } from '../plan-cost';
import { planProgress } from '../plan-progress';
import { tierOption } from '../tier';
import { timeOfRuns } from '../time-of-runs';
import { leftOut, writeReport } from '../write-report';

interface ReproduceOptions extends PlanArguments {
  readonly tier: Tier;
  readonly precision?: string;
  readonly jobs?: number;
  readonly fresh: boolean;
  readonly dryRun: boolean;
  readonly out: string;
}

/** `distillery reproduce`: perform what is missing of the papers' experiments, then write the report. */
export function addReproduce(program: Command): void {
  program
    .command('reproduce [paper...]')
    .description('run the experiments of all or the named papers and write reports/index.html')
    .addOption(tierOption().default('smoke'))
    .addOption(tableOption())
    .addOption(seedsOption(' (default: 1 at smoke and learn, 3 above)'))
    .addOption(engineOption())
    .addOption(precisionOption())
    .addOption(dataOption())
    .addOption(papersOption())
    .option('--jobs <n>', 'runs side by side (default: one for each core, as far as memory goes; 4 on a card)', positiveInteger)
    .option('--fresh', 'make finished runs again', false)
    .option('--dry-run', 'only say what the runs would cost, table by table, from measured step times, and which data are missing', false)
    .addOption(outOption())
    .action(reproduce);
}

async function reproduce(ids: string[], options: ReproduceOptions): Promise<void> {
  const { tier, table, seeds, fresh } = options;
  if (options.dryRun) return dryRun(ids, options);
  // Engine and data fail here, in one line, rather than once per run.
  const engine = await chooseEngine(options.engine, options.precision);
  const { papers, papersModules } = await knownPapers(options.papers);
  const dataDir = findDataDir(options.data);
  const folders = foldersIn(options.out);
  const runs = plan(papersNamed(ids, papers), tier, { table, seeds, engine: engine.name, datasets: defaultDatasets(tier, dataDir) });
  await requireWritable(folders.runs);
  await requireWritable(folders.results);
  const { jobs = defaultJobs() } = options;
  for (const name of new Set(runs.flatMap(({ spec }) => setsOfRecipe(spec.recipe)))) await requireDataset(name, dataDir);
  engine.announce();

  const progress = planProgress(runs.length);
  let stopped: unknown;
  const outcomes = await interruptible((signal) => {
    signal.addEventListener('abort', () => (stopped = signal.reason));
    return runPlan(runs, {
      jobs,
      dataDir,
      runsDir: folders.runs,
      papersModules,
      fresh,
      signal,
      onEvent: progress.onEvent,
    }).finally(progress.stop);
  });

  const finished = await Promise.all(outcomes.flatMap(({ folder }) => (folder === null ? [] : [readRun(folder)])));
  const { refused } = await updateResults(folders.results, finished);
  const interrupted = outcomes.some(({ outcome }) => outcome === 'interrupted');
  if (dataDir !== null && !interrupted) await measureInstrumentLoudly(dataDir, folders.results, { fresh, tier: options.tier });
  const { unreadable } = await writeReport(folders, papers, { data: options.data });
  warn(...unreadable);
  print(summary(outcomes, finished), `report: ${join(folders.reports, 'index.html')}`);
  const failed = outcomes.filter(({ outcome }) => outcome === 'failed');
  for (const { stack } of failed) if (stack !== null && process.env.DISTILLERY_DEBUG !== undefined) process.stderr.write(`${stack}\n`);
  const first = failed[0];
  if (first) throw new RunFailed(`${failed.length} of ${runs.length} runs failed, the first: ${first.run.id}: ${first.error}`);
  const problems = [...new Set([...refused, ...unreadable])];
  if (problems.length > 0) throw new RunFailed(leftOut(problems));
  if (interrupted) throw stopped;
}

/** What it would cost. An engine that is named need not be here. */
async function dryRun(ids: readonly string[], { tier, table, seeds, engine: asked, out, ...options }: ReproduceOptions): Promise<void> {
  requireEngine(asked);
  const engine = asked === AUTO ? (await chooseEngine(asked)).name : asked;
  const { papers } = await knownPapers(options.papers);
  const dataDir = findDataDir(options.data);
  const datasets = defaultDatasets(tier, dataDir);
  await printPlanCost({
    named: papersNamed(ids, papers),
    tier,
    table,
    seeds,
    engine,
    datasets,
    dataDir,
    results: foldersIn(out).results,
  });
}

/** Of the runs made now it says how long they took. */
function summary(outcomes: readonly RunOutcome[], results: readonly RunResult[]): string {
  const count = (kind: RunOutcome['outcome']) => outcomes.filter(({ outcome }) => outcome === kind).length;
  const made = outcomes.filter(({ folder }) => folder !== null).map(({ outcome }) => outcome === 'finished');
  const time = count('finished') > 0 ? `; ${timeOfRuns(results.filter((_, i) => made[i]))}` : '';
  return `${count('finished')} runs finished, ${count('skipped')} were finished before, ${count('failed')} failed${time}`;
}
