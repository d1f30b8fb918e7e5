import { planCost, readOverhead, readResults, TIERS, type PlannedRun, type RunResult } from '@distillery/lab';
import { print, printTable } from './output';

/** Prints what the runs of a plan would cost, table by table, from the step times that stand in the results folder. */
export async function printPlanCost(runs: readonly PlannedRun[], results: string): Promise<void> {
  const costs = planCost(runs, { runs: await measuredRuns(runs, results), overhead: await readOverhead(results) });
  const rows = costs.map(({ paper, table, runs: count, steps, coreHours, unmeasured }) => [
    paper,
    table,
    String(count),
    String(steps),
    coreHours.toFixed(2),
    unmeasured.length > 0 ? `without ${unmeasured.join(', ')}: never measured` : '',
  ]);
  printTable([['paper', 'table', 'runs', 'steps', 'core-hours', ''], ...rows]);
  const total = costs.reduce((sum, { coreHours }) => sum + coreHours, 0);
  print(`${runs.length} runs, ${total.toFixed(2)} core-hours of training if none of them is finished; evaluation is not counted`);
}

async function measuredRuns(runs: readonly PlannedRun[], results: string): Promise<RunResult[]> {
  const papers = new Set(runs.map(({ spec }) => spec.recipe.paper));
  const files = await Promise.all([...papers].flatMap((paper) => TIERS.map((tier) => readResults(results, tier, paper))));
  return files.flatMap((file) => file?.runs ?? []);
}
