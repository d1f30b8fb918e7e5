import { UserError } from '@distillery/tensor';
import { canonicalJson } from '../json/canonical-json';
import type { Datasets, Paper } from './paper';
import type { Json } from '../json/json';
import { TIERS, type Recipe, type RunSpec, type Tier } from './recipe';
import type { Experiment } from './experiment';
import { runId } from './run-id';

/** Seeds per run where the user does not say: several where the runs are evidence. */
export const DEFAULT_SEEDS: Readonly<Record<Tier, number>> = { smoke: 1, learn: 1, small: 3, full: 3 };

export interface PlanOptions {
  /** Experiment id (`negatives`), or the common beginning of several (`table1` for `table1-x2` and `table1-x4`); absent: all. */
  readonly table?: string | undefined;
  /** Number of seeds, 0 up to it; absent: the tier's default. */
  readonly seeds?: number | undefined;
  readonly engine: string;
  readonly datasets: Datasets;
}

/** One run of a plan. Runs of a stage depend only on runs of earlier stages, so a scheduler may start a stage at once. */
export interface PlannedRun {
  /** `csd/small/csd-x4/0`, unique in the plan; what `distillery run` takes. */
  readonly id: string;
  /** 0 for runs that start from scratch, 1 for those that start from these, ... */
  readonly stage: number;
  /** The ids of the runs that this one starts from. */
  readonly needs: readonly string[];
  /** The experiments that show the run; empty for a run that only serves as a start. */
  readonly experiments: readonly string[];
  readonly spec: RunSpec;
}

/**
 * The runs that the papers' experiments consist of at a tier, each once however many experiments show it, in order of stage, then of seed.
 * Throws UserError for a table that no paper has or a number of seeds below 1.
 */
export function plan(papers: readonly Paper[], tier: Tier, options: PlanOptions): PlannedRun[] {
  return [...plannedRuns(papers, tier, options)];
}

/** What `plan` gives, one by one: however many seeds there are, no more than the runs of one seed are in memory. */
export function* plannedRuns(papers: readonly Paper[], tier: Tier, options: PlanOptions): Generator<PlannedRun> {
  const count = options.seeds ?? DEFAULT_SEEDS[tier];
  if (!Number.isInteger(count) || count < 1) throw new UserError(`number of seeds ${count}: expected a positive integer`);
  const experiments = selectExperiments(papers, tier, options);
  const shared = experiments.filter(({ seeds }) => seeds === undefined);
  const own = [...new Set(experiments.flatMap(({ seeds = [] }) => seeds))];
  // Runs depend only on runs of their own seed.
  const common = runsOfSeed(shared, 0, options.engine);
  const ofSeed = (seed: number): readonly PlannedRun[] => {
    if (!own.includes(seed)) return common.map((run) => withSeed(run, seed));
    const wanted = [...(seed < count ? shared : []), ...experiments.filter(({ seeds }) => seeds?.includes(seed))];
    return runsOfSeed(wanted, seed, options.engine);
  };
  const later = own.filter((seed) => seed >= count);
  const stages = Math.max(...[common, ...own.map(ofSeed)].flat().map(({ stage }) => stage + 1), 0);
  for (let stage = 0; stage < stages; stage++) {
    for (let seed = 0; seed < count; seed++) yield* ofSeed(seed).filter((run) => run.stage === stage);
    for (const seed of later) yield* ofSeed(seed).filter((run) => run.stage === stage);
  }
}

function runsOfSeed(experiments: readonly Experiment[], seed: number, engine: string): PlannedRun[] {
  const runs = new Map<string, PlannedRun>();
  for (const { id, arms } of experiments) for (const { recipe } of arms) addRun(runs, { recipe, seed, engine }, id);
  return [...runs.values()];
}

/** The same run under another seed. */
function withSeed(run: PlannedRun, seed: number): PlannedRun {
  const reseeded = (id: string): string => id.replace(/\d+$/, String(seed));
  return { ...run, id: reseeded(run.id), needs: run.needs.map(reseeded), spec: { ...run.spec, seed } };
}

/**
 * The spec behind a run id such as `csd/small/csd-x4/0`, of any seed. Throws UserError if no paper has such a run.
 */
export function findPlannedRun(papers: readonly Paper[], id: string, options: Pick<PlanOptions, 'engine' | 'datasets'>): RunSpec {
  const [paperId, tier, cell, seed] = id.split('/');
  const unknown = (): UserError =>
    new UserError(`run '${id}': unknown; expected paper/tier/arm-xSCALE/seed as listed by 'distillery plan'`);
  if (!paperId || !cell || !isTier(tier) || !/^\d+$/.test(seed ?? '')) throw unknown();
  const planned = plan(papersNamed(papers, paperId), tier, { ...options, seeds: 1 });
  const found = planned.find((run) => run.id.startsWith(`${paperId}/${tier}/${cell}/`));
  if (!found) throw unknown();
  return { ...found.spec, seed: Number(seed) };
}

function papersNamed(papers: readonly Paper[], id: string): readonly Paper[] {
  return papers.filter((paper) => paper.id === id);
}

function isTier(text: string | undefined): text is Tier {
  return (TIERS as readonly (string | undefined)[]).includes(text);
}

function selectExperiments(papers: readonly Paper[], tier: Tier, { table, datasets }: PlanOptions): Experiment[] {
  const all = papers.flatMap((paper) => paper.experiments(tier, datasets));
  if (table === undefined) return all;
  const selected = all.filter(({ id }) => id === table || id.startsWith(`${table}-`));
  if (selected.length === 0) throw new UserError(`table '${table}': unknown, expected one of ${all.map(({ id }) => id).join(', ')}`);
  return selected;
}

/** Adds a run and, before it, the runs that it starts from. `experiment` is null for these. Returns the run's stage. */
function addRun(runs: Map<string, PlannedRun>, spec: RunSpec, experiment: string | null): number {
  const starts = Object.values(spec.recipe.startFrom).map((recipe): RunSpec => ({ ...spec, recipe }));
  const stage = Math.max(-1, ...starts.map((start) => addRun(runs, start, null))) + 1;
  const id = runId(spec);
  const known = runs.get(id);
  if (known && known.spec.recipe !== spec.recipe && !sameRecipe(known.spec.recipe, spec.recipe))
    throw new Error(`two different recipes are named ${id}`);
  const experiments = new Set([...(known?.experiments ?? []), ...(experiment === null ? [] : [experiment])]);
  runs.set(id, { id, stage, needs: [...new Set(starts.map(runId))], experiments: [...experiments], spec });
  return stage;
}

function sameRecipe(a: Recipe, b: Recipe): boolean {
  return canonicalJson(a as unknown as Json) === canonicalJson(b as unknown as Json);
}
