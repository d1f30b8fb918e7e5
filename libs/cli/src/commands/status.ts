import { findDataDir } from '@distillery/data';
import { defaultDatasets, plannedRuns, storedRuns, type Paper, type Tier } from '@distillery/lab';
import { UserError, type Precision } from '@distillery/tensor';
import type { Command } from 'commander';
import {
  dataOption,
  engineOption,
  jsonOption,
  outOption,
  precisionOption,
  seedsOption,
  tableOption,
  type PlanArguments,
} from '../arguments';
import { lastLine } from '../cluster/last-line';
import { RUN_STATES, standings, type RunStanding, type RunState } from '../cluster/run-states';
import { hasSlurm, sacct } from '../cluster/slurm';
import type { SubmittedPlan } from '../cluster/submission';
import { submittedTasks, type SubmittedTasks } from '../cluster/submitted-tasks';
import { chooseEngine } from '../engine';
import { foldersIn } from '../folders';
import { print, printJson, printTable, warn } from '../output';
import { knownPapers, papersNamed, papersOption } from '../papers/papers-option';
import { duration } from '../plan-progress';
import { tierOption } from '../tier';

interface StatusOptions extends PlanArguments {
  readonly tier?: Tier;
  readonly precision?: Precision;
  readonly out: string;
  readonly json: boolean;
}

/** `distillery status`: how the runs of a plan stand in the store and in Slurm's queue. */
export function addStatus(program: Command): void {
  program
    .command('status [paper...]')
    .description(
      'how the runs of a plan stand: done, running, waiting, failed, with the time left (default: the plans that were submitted)',
    )
    .addOption(tierOption())
    .addOption(tableOption())
    .addOption(seedsOption())
    .addOption(engineOption())
    .addOption(precisionOption())
    .addOption(dataOption())
    .addOption(papersOption())
    .addOption(outOption())
    .addOption(jsonOption())
    .action(status);
}

/** What the runs of one paper's table come to. A run that several tables show counts in the first. */
interface TableStatus {
  readonly paper: string;
  readonly tier: Tier;
  readonly table: string;
  readonly engine: string;
  readonly counts: Record<RunState, number>;
  /** Seconds of training left in one process; null where no step of such a run was timed. */
  secondsLeft: number | null;
}

interface RunStatus {
  readonly id: string;
  readonly engine: string;
  readonly state: RunState;
  readonly step: number;
  readonly steps: number;
  readonly secondsLeft: number | null;
  /** Slurm's job, if it is in the queue. */
  readonly job: string | null;
  /** Who works on it, why it waits, or how it failed. */
  readonly reason: string | null;
  readonly log: string | null;
}

async function status(ids: string[], options: StatusOptions): Promise<void> {
  const { runs: runsDir } = foldersIn(options.out);
  const submitted = await submittedTasks(runsDir).catch((error: Error): SubmittedTasks => {
    if (error instanceof UserError) throw error;
    warn(`${error.message}; what follows is by the store alone`);
    return { submissions: [], tasks: new Map() };
  });
  const plans = options.tier === undefined ? submittedPlans(submitted) : [await planOf(ids, options, options.tier)];
  if (plans.length === 0)
    throw new UserError('status: nothing was submitted from here; expected --tier TIER, and --engine ENGINE of the runs');
  const tables: TableStatus[] = [];
  const runs: RunStatus[] = [];
  for (const plan of plans) {
    const { papers } = await knownPapers(plan.papers);
    const named = papersNamed(plan.ids, papers).filter(({ id }) => ids.length === 0 || ids.includes(id));
    if (named.length > 0) await addPlan(plan, { named, papers, runsDir, submitted }, tables, runs);
  }
  const described = await describeFailures(runs, submitted);
  if (options.json) return printJson({ tables, running: totalOf(tables, 'running'), secondsLeft: timeLeft(tables), runs: described });
  show(tables, described);
}

interface Place {
  readonly named: readonly Paper[];
  readonly papers: readonly Paper[];
  readonly runsDir: string;
  readonly submitted: SubmittedTasks;
}

/** Adds the tables of a plan, and its runs but for those that are done or missing, of which there may be a million. */
async function addPlan(
  plan: SubmittedPlan,
  { named, papers, runsDir, submitted }: Place,
  tables: TableStatus[],
  runs: RunStatus[],
): Promise<void> {
  const { tier, engine, table, seeds, data } = plan;
  const datasets = defaultDatasets(tier, data);
  const planned = plannedRuns(named, tier, { table: table ?? undefined, seeds: seeds ?? undefined, engine, datasets });
  const stored = storedRuns(runsDir, papers, plan.precision ?? undefined);
  const left = new Map<string, { of: TableStatus; spec: RunStanding['run']['spec']; steps: number }>();
  const some: RunStanding[] = [];
  const byName = new Map<string, TableStatus>();
  for await (const standing of standings(planned, stored, submitted, plan)) {
    const { run, state, stored: found } = standing;
    const { recipe } = run.spec;
    const name = JSON.stringify([recipe.paper, run.experiments[0] ?? '']);
    let of = byName.get(name);
    if (!of) {
      of = { paper: recipe.paper, tier, table: run.experiments[0] ?? 'starts', engine, counts: noRuns(), secondsLeft: 0 };
      byName.set(name, of);
      tables.push(of);
    }
    of.counts[state]++;
    if (state === 'done') continue;
    const key = `${name} ${recipe.arm} ${recipe.scale}`;
    const before = left.get(key)?.steps ?? 0;
    left.set(key, { of, spec: run.spec, steps: before + recipe.schedule.steps - found.step });
    if (state !== 'missing') some.push(standing);
  }
  // Only now all step times are known.
  for (const { of, spec, steps } of left.values()) {
    const seconds = stored.stepSeconds(spec);
    of.secondsLeft = seconds === null || of.secondsLeft === null ? null : of.secondsLeft + steps * seconds;
  }
  for (const { run, state, stored: found, task } of some) {
    const { steps } = run.spec.recipe.schedule;
    const seconds = stored.stepSeconds(run.spec);
    runs.push({
      id: run.id,
      engine,
      state,
      step: found.step,
      steps,
      secondsLeft: seconds === null ? null : (steps - found.step) * seconds,
      job: task?.queued?.job ?? null,
      reason: found.holder ?? task?.queued?.reason ?? null,
      log: task?.log ?? null,
    });
  }
}

async function planOf(ids: readonly string[], options: StatusOptions, tier: Tier): Promise<SubmittedPlan> {
  const { papers } = await knownPapers(options.papers);
  return {
    ids: papersNamed(ids, papers).map(({ id }) => id),
    papers: [...options.papers],
    tier,
    table: options.table ?? null,
    seeds: options.seeds ?? null,
    // The engines of nodes need not be here: one that is named is taken at its word.
    engine: options.engine === 'auto' ? (await chooseEngine('auto')).name : options.engine,
    precision: options.precision ?? null,
    data: findDataDir(options.data),
  };
}

/** The plans that were submitted, each once. */
function submittedPlans({ submissions }: SubmittedTasks): SubmittedPlan[] {
  return [...new Map(submissions.map(({ plan }) => [JSON.stringify(plan), plan])).values()];
}

/** Says of failed runs how Slurm ended them, where it keeps accounts, and the last line of their logs. */
async function describeFailures(runs: readonly RunStatus[], { tasks }: SubmittedTasks): Promise<RunStatus[]> {
  const byLog = new Map([...tasks.values()].map((task) => [task.log, task]));
  const failed = runs
    .flatMap(({ state, log }) => (state === 'failed' && log !== null ? [byLog.get(log)] : []))
    .filter((task) => task !== undefined);
  const since = failed.map(({ created }) => created).sort()[0];
  const ends = since !== undefined && hasSlurm() ? await sacct([...new Set(failed.map(({ array }) => array))], since) : new Map();
  return Promise.all(
    runs.map(async (run) => {
      const task = run.state === 'failed' && run.log !== null ? byLog.get(run.log) : undefined;
      if (!task) return run;
      const end = (ends as Awaited<ReturnType<typeof sacct>>).get(task.array)?.get(task.index);
      return { ...run, reason: [end, await lastLine(task.log)].filter(Boolean).join(': ') || null };
    }),
  );
}

function noRuns(): Record<RunState, number> {
  return { done: 0, running: 0, waiting: 0, failed: 0, interrupted: 0, missing: 0 };
}

function totalOf(tables: readonly TableStatus[], state: RunState): number {
  return tables.reduce((sum, { counts }) => sum + counts[state], 0);
}

/** Seconds of training left in one process; null if some of it was never timed. */
function timeLeft(tables: readonly TableStatus[]): number | null {
  return tables.reduce((sum: number | null, { secondsLeft }) => (sum === null || secondsLeft === null ? null : sum + secondsLeft), 0);
}

const MOST_LINES = 50;

function show(tables: readonly TableStatus[], runs: readonly RunStatus[]): void {
  const timeOf = (seconds: number | null): string => (seconds === null ? 'unknown' : seconds === 0 ? '-' : duration(seconds));
  printTable([
    ['paper', 'tier', 'table', 'engine', ...RUN_STATES, 'training left'],
    ...tables.map(({ paper, tier, table, engine, counts, secondsLeft }) => [
      paper,
      tier,
      table,
      engine,
      ...RUN_STATES.map((state) => String(counts[state])),
      timeOf(secondsLeft),
    ]),
  ]);
  for (const { id, state, step, steps, secondsLeft, job, reason, log } of runs.slice(0, MOST_LINES)) {
    const where = [job === null ? null : `job ${job}`, reason].filter(Boolean).join(', ');
    const time = secondsLeft === null ? '' : `, about ${duration(secondsLeft)} left`;
    print(
      `${state}: ${id}, step ${step} of ${steps}${time}${where === '' ? '' : `; ${where}`}${state === 'failed' ? `; log: ${log}` : ''}`,
    );
  }
  if (runs.length > MOST_LINES) print(`and ${runs.length - MOST_LINES} more: --json lists all`);
  const [running, seconds] = [totalOf(tables, 'running'), timeLeft(tables)];
  const total =
    seconds === null ? 'training left unknown until one run of each kind is finished' : `training left ${timeOf(seconds)} in one process`;
  const shared = seconds !== null && running > 1 ? `, about ${duration(seconds / running)} with the ${running} that run now` : '';
  print(`${RUN_STATES.map((state) => `${totalOf(tables, state)} ${state}`).join(', ')}; ${total}${shared}`);
}
