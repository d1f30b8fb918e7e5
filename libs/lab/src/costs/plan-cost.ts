import type { PlannedRun } from '../experiment/plan';
import type { Recipe, RunSpec, Tier } from '../experiment/recipe';
import { RUN_THREADS } from '../store/run-hash';
import type { RunResult } from '../store/run-result';
import type { OverheadFile } from './overhead';

/** What the runs of an experiment would cost if none of them were finished. A run that several experiments show counts in the first. */
export interface TableCost {
  readonly paper: string;
  readonly table: string;
  readonly runs: number;
  readonly steps: number;
  /** Hours of training on one core, or for a GPU engine in one process on the card, from measured step times. Only runs whose step was measured count. */
  readonly coreHours: number;
  /** Arms whose step was never measured at this tier on this engine; they are not in `coreHours`. */
  readonly unmeasured: readonly string[];
}

/** What was measured: finished runs, and steps by `distillery bench methods`. */
export interface MeasuredSteps {
  readonly runs: readonly RunResult[];
  readonly overhead: OverheadFile | null;
}

/**
 * Cost of a plan by experiment. `runs` is iterated twice, so that a million of them need not be in memory. The time of a step is the median over the arm's finished runs on the same
 * engine at the same tier. Without finished runs it is what `bench methods` measured of the arm, and without that, what either gives for another arm of the paper with the same method.
 * Steps of other tiers say nothing of it: on a card those of small networks take as long as it takes to start them. Evaluation is not counted. Runs that only serve as starts count in
 * the experiment of the first run that needs them.
 */
export function planCost(runs: Iterable<PlannedRun>, measured: MeasuredSteps): TableCost[] {
  const startsOf = tablesOfStarts(runs);
  const timeOf = stepTimes(measured);
  const tables = new Map<string, TableCost & { runs: number; steps: number; coreHours: number; unmeasured: string[] }>();
  for (const run of runs) {
    const { paper, arm, schedule } = run.spec.recipe;
    const table = run.experiments[0] ?? startsOf(run.id);
    const key = JSON.stringify([paper, table]);
    let cost = tables.get(key);
    if (!cost) tables.set(key, (cost = { paper, table, runs: 0, steps: 0, coreHours: 0, unmeasured: [] }));
    cost.runs++;
    cost.steps += schedule.steps;
    const seconds = timeOf(run.spec);
    if (seconds !== null) cost.coreHours += (schedule.steps * seconds) / 3600;
    else if (!cost.unmeasured.includes(arm)) cost.unmeasured.push(arm);
  }
  return [...tables.values()];
}

/** The experiment in which a run counts that none shows. */
function tablesOfStarts(runs: Iterable<PlannedRun>): (id: string) => string {
  /** The experiment of the first run that needs it, or that run. */
  const firstNeeding = new Map<string, { readonly table: string | undefined; readonly id: string }>();
  for (const { id, needs, experiments } of runs)
    for (const start of needs) if (!firstNeeding.has(start)) firstNeeding.set(start, { table: experiments[0], id });
  const tableOf = (id: string): string => {
    const needing = firstNeeding.get(id);
    return needing === undefined ? '' : (needing.table ?? tableOf(needing.id));
  };
  return tableOf;
}

/** Core seconds of a training step; null if nothing like it was measured. Each kind of step is looked up once. */
function stepTimes({ runs, overhead }: MeasuredSteps): (spec: RunSpec) => number | null {
  const finished = groupedBy(
    runs.filter(({ spec }) => spec.recipe.schedule.steps > 1),
    ({ spec }) => spec.engine,
  );
  const known = new Map<string, number | null>();

  const look = ({ recipe, engine }: RunSpec): number | null => {
    const onEngine = finished.get(engine) ?? [];
    const alike = onEngine.filter(({ spec }) => sameTier(spec.recipe, recipe));
    const ofRuns = (wanted: (other: Recipe) => boolean): number | null =>
      median(alike.filter(({ spec }) => wanted(spec.recipe)).map(secondsOfStep));
    const timed =
      overhead?.engine === engine && overhead.tier === recipe.tier
        ? overhead.papers.find(({ paper }) => paper === recipe.paper)
        : undefined;
    const ofBench = (wanted: (arm: string, method: string) => boolean): number | null =>
      median(
        (timed?.arms ?? [])
          .filter(({ arm, method }) => wanted(arm, method))
          .map(({ milliseconds }) => ((overhead?.threads ?? 1) * milliseconds) / 1000),
      );
    return (
      ofRuns(({ arm, scale }) => arm === recipe.arm && scale === recipe.scale) ??
      ofBench((arm) => arm === recipe.arm) ??
      ofRuns(({ method }) => method.name === recipe.method.name) ??
      ofBench((_, method) => method === recipe.method.name)
    );
  };

  return (spec) => {
    const { paper, tier, arm, scale, method } = spec.recipe;
    const key = JSON.stringify([paper, tier, arm, scale, method.name, spec.engine]);
    let time = known.get(key);
    if (time === undefined) known.set(key, (time = look(spec)));
    return time;
  };
}

function secondsOfStep({ trainSeconds, spec }: RunResult): number {
  return (RUN_THREADS * trainSeconds) / spec.recipe.schedule.steps;
}

function groupedBy<T>(values: readonly T[], keyOf: (value: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group) group.push(value);
    else groups.set(key, [value]);
  }
  return groups;
}

function sameTier(a: { readonly paper: string; readonly tier: Tier }, b: { readonly paper: string; readonly tier: Tier }): boolean {
  return a.paper === b.paper && a.tier === b.tier;
}

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  if (sorted.length === 0) return null;
  return ((sorted[Math.ceil(half) - 1] as number) + (sorted[Math.floor(half)] as number)) / 2;
}
