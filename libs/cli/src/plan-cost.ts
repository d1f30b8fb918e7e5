import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  missingData,
  planCost,
  plannedRuns,
  readOverhead,
  readResults,
  type MeasuredSteps,
  type OverheadFile,
  type Paper,
  type PlannedRun,
  type PlanOptions,
  type RunResult,
  type TableCost,
  type Tier,
} from '@distillery/lab';
import { print, printTable } from './output';

/** Measured results that come with an installed command; in the repository they are in the results folder. */
const PACKED_RESULTS = join(__dirname, 'results');

export interface CostRequest extends PlanOptions {
  readonly named: readonly Paper[];
  readonly tier: Tier;
  /** The folder of measured results. */
  readonly results: string;
  readonly dataDir: string | null;
}

/**
 * Prints what the runs of a plan would cost, table by table and paper by paper, from the step times that stand in the results folder, else from those that come with the command;
 * the memory that was measured; and which data are missing. Runs are counted one by one: a million of them need not be in memory.
 */
export async function printPlanCost({ named, tier, results, dataDir, ...options }: CostRequest): Promise<void> {
  const folder = existsSync(results) || !existsSync(PACKED_RESULTS) ? results : PACKED_RESULTS;
  const overhead = await readOverhead(folder);
  const measured = { runs: await measuredRuns(named, tier, folder), overhead };
  const runs: Iterable<PlannedRun> = { [Symbol.iterator]: () => plannedRuns(named, tier, options) };
  const costs = planCost(runs, measured);
  const hours = /cuda|rocm|webgpu/.test(options.engine) ? 'GPU-hours' : 'core-hours';
  const total = (of: readonly TableCost[]): TableCost => ({
    paper: of[0]?.paper ?? '',
    table: 'all',
    runs: sum(of, (cost) => cost.runs),
    steps: sum(of, (cost) => cost.steps),
    coreHours: sum(of, (cost) => cost.coreHours),
    unmeasured: [...new Set(of.flatMap(({ unmeasured }) => unmeasured))],
  });
  const rows = named.flatMap(({ id }) => {
    const tables = costs.filter(({ paper }) => paper === id);
    return tables.length > 1 ? [...tables, total(tables)] : tables;
  });
  printTable([
    ['paper', 'table', 'runs', 'steps', hours, 'memory', ''],
    ...rows.map((cost) => [
      cost.paper,
      cost.table,
      String(cost.runs),
      String(cost.steps),
      hoursOf(cost),
      memoryOf(cost.paper, overhead),
      cost.unmeasured.length > 0 ? `without ${cost.unmeasured.join(', ')}: never measured` : '',
    ]),
  ]);
  const all = total(costs);
  print(`${all.runs} runs, ${hoursOf(all)} ${hours} of training if none of them is finished; evaluation is not counted`);
  const platforms = measuredOn(measured, options.engine, tier);
  if (platforms.length > 0) print(`steps: measured at the ${tier} tier on ${options.engine}: ${platforms.join('; ')}`);
  if (all.unmeasured.length > 0)
    print(
      `steps: measure those that never were on the machine that is to train: distillery bench methods --tier ${tier} --engine ${options.engine} --save`,
    );
  if (overhead) print(`memory: the largest process that was measured for the paper, at the ${overhead.tier} tier on ${overhead.engine}`);
  const missing = await missingData(named, tier, dataDir);
  print(
    missing.length === 0
      ? `data: all that the ${tier} tier wants is here`
      : `data: the ${tier} tier wants ${missing.map(({ name, papers: ids }) => `${name} (${ids.join(', ')})`).join('; ')}, which ${dataDir === null ? 'is not here: no data folder was given' : `${dataDir} lacks`}`,
  );
}

/** Where the times of an engine's steps at a tier were measured: devices of finished runs, and of the bench. */
function measuredOn({ runs, overhead }: MeasuredSteps, engine: string, tier: Tier): string[] {
  const finished = runs
    .filter(({ spec }) => spec.engine === engine && spec.recipe.tier === tier)
    .map(({ provenance }) => provenance.platform);
  return [...new Set([...finished, ...(overhead?.engine === engine && overhead.tier === tier ? [overhead.platform] : [])])];
}

/** Of the steps that were measured; `unknown` if none was. */
function hoursOf({ coreHours, unmeasured }: TableCost): string {
  return coreHours === 0 && unmeasured.length > 0 ? 'unknown' : coreHours.toFixed(2);
}

function memoryOf(paper: string, overhead: OverheadFile | null): string {
  const arms = overhead?.papers.find((measured) => measured.paper === paper)?.arms ?? [];
  return arms.length === 0 ? '-' : `${(Math.max(...arms.map(({ peakBytes }) => peakBytes)) / 2 ** 30).toFixed(1)} GiB`;
}

function sum(costs: readonly TableCost[], of: (cost: TableCost) => number): number {
  return costs.reduce((before, cost) => before + of(cost), 0);
}

/** Steps of another paper or tier say nothing of these, see `planCost`. */
async function measuredRuns(papers: readonly Paper[], tier: Tier, results: string): Promise<RunResult[]> {
  const files = await Promise.all(papers.map(({ id }) => readResults(results, tier, id)));
  return files.flatMap((file) => file?.runs ?? []);
}
