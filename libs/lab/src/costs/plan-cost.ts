import type { PlannedRun } from '../experiment/plan';
import type { Recipe, Tier } from '../experiment/recipe';
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
 * Cost of a plan by experiment. The time of a step is the median over the arm's finished runs on the same engine at the same tier. Without finished runs it
 * is what `bench methods` measured of the arm, and without that, what either gives for another arm of the paper with the same method. Evaluation is not
 * counted. Runs that only serve as starts count in the experiment of the first run that needs them.
 */
export function planCost(runs: readonly PlannedRun[], measured: MeasuredSteps): TableCost[] {
  const tables = new Map<string, PlannedRun[]>();
  for (const run of runs) {
    const key = JSON.stringify([run.spec.recipe.paper, tableOf(run, runs)]);
    tables.set(key, [...(tables.get(key) ?? []), run]);
  }
  return [...tables].map(([key, members]) => {
    const [paper, table] = JSON.parse(key) as [string, string];
    const priced = members.map((run) => ({ run, seconds: stepCoreSeconds(run, measured) }));
    return {
      paper,
      table,
      runs: members.length,
      steps: members.reduce((sum, { spec }) => sum + spec.recipe.schedule.steps, 0),
      coreHours: priced.reduce((sum, { run, seconds }) => sum + (run.spec.recipe.schedule.steps * (seconds ?? 0)) / 3600, 0),
      unmeasured: [...new Set(priced.filter(({ seconds }) => seconds === null).map(({ run }) => run.spec.recipe.arm))],
    };
  });
}

function tableOf(run: PlannedRun, runs: readonly PlannedRun[]): string {
  const [table] = run.experiments;
  if (table !== undefined) return table;
  const needing = runs.find(({ needs }) => needs.includes(run.id));
  return needing ? tableOf(needing, runs) : '';
}

/** Core seconds of a training step; null if nothing like it was measured. */
function stepCoreSeconds({ spec }: PlannedRun, { runs, overhead }: MeasuredSteps): number | null {
  const { recipe, engine } = spec;
  const alike = runs.filter((run) => run.spec.engine === engine && sameTier(run.spec.recipe, recipe) && run.spec.recipe.schedule.steps > 1);
  const ofRuns = (wanted: (other: Recipe) => boolean): number | null =>
    median(alike.filter((run) => wanted(run.spec.recipe)).map((run) => (RUN_THREADS * run.trainSeconds) / run.spec.recipe.schedule.steps));
  const timed =
    overhead?.engine === engine && overhead.tier === recipe.tier ? overhead.papers.find(({ paper }) => paper === recipe.paper) : undefined;
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
