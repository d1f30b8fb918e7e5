import {
  datasetsOfRuns,
  engineOf,
  TIERS,
  type Experiment,
  type ExperimentArm,
  type Paper,
  type Recipe,
  type ResultsFile,
  type RunResult,
  type Tier,
} from '@distillery/lab';
import { UserError } from '@distillery/tensor';
import { distinct, groupBy } from './collections';
import { anchor } from './html';

/**
 * Runs that may be averaged: same paper, tier, training set and engine. Numbers of different cohorts never meet in one cell;
 * each cohort is a section of the paper's page.
 */
export interface Cohort {
  /** Unique on the page and fit for an anchor. */
  readonly id: string;
  readonly paper: Paper;
  readonly tier: Tier;
  readonly engine: string;
  /** Training set by name. */
  readonly train: string;
  readonly evaluate: readonly string[];
  readonly runs: readonly RunResult[];
  /** Those whose recipe the tables use; see `runsOfArm`. */
  readonly shown: readonly RunResult[];
  readonly experiments: readonly Experiment[];
  /** The page on which a run, or the list of an arm's runs, is shown, by its id; empty before `runPages` has placed them. */
  readonly places: ReadonlyMap<string, string>;
}

/** The runs behind one arm of an experiment. */
export interface ArmRuns {
  /** One recipe, one run per seed, seeds ascending. Empty: not run. */
  readonly runs: readonly RunResult[];
  /** Finished runs of the same arm that are not used, because their recipe differs from the one shown. */
  readonly leftOut: readonly RunResult[];
}

function cohort(paper: Paper, tier: Tier, engine: string, train: string, runs: readonly RunResult[]): Cohort {
  const evaluate = runs.length > 0 ? distinct(runs.flatMap(({ spec }) => spec.recipe.data.evaluate)) : ['procedural-test'];
  const experiments = paper.experiments(tier, runs.length > 0 ? datasetsOfRuns(paper, runs) : { train, evaluate });
  const leftOut = new Set(experiments.flatMap(({ arms }) => arms.flatMap((arm) => runsOfArm(runs, arm).leftOut)));
  const shown = runs.filter((run) => !leftOut.has(run));
  return { id: anchor(tier, train, engine), paper, tier, engine, train, evaluate, runs, shown, experiments, places: new Map() };
}

/**
 * The cohorts of a paper, strongest tier first; none if it was never run. Runs that occur in several files count once.
 * Throws `UserError` if a file's runs belong to another paper or tier than the file says.
 */
export function cohortsOf(paper: Paper, results: readonly ResultsFile[]): Cohort[] {
  const ofPaper = results.filter((file) => file.paper === paper.id);
  ofPaper.forEach(checkFile);
  const runs = new Map(ofPaper.flatMap((file) => file.runs.map((run) => [run.hash, run])));
  const groups = groupBy(runs.values(), (run) => JSON.stringify([run.spec.recipe.tier, engineOf(run), run.spec.recipe.data.train]));
  return [...groups.values()]
    .map((members) => {
      const first = members[0] as RunResult;
      const { recipe } = first.spec;
      return cohort(paper, recipe.tier, engineOf(first), recipe.data.train, members);
    })
    .sort((a, b) => TIERS.indexOf(b.tier) - TIERS.indexOf(a.tier) || b.runs.length - a.runs.length);
}

function checkFile({ paper, tier, runs }: ResultsFile): void {
  const foreign = runs.find(({ spec }) => spec.recipe.paper !== paper || spec.recipe.tier !== tier)?.spec.recipe;
  if (!foreign) return;
  throw new UserError(
    `results of ${paper} (${tier} tier) hold a run of ${foreign.paper} (${foreign.tier} tier): expected one paper and tier per file`,
  );
}

/** What readers are told of an arm's network: the label of its first row, else the arm's id. */
export function armLabel({ experiments }: Cohort, { arm, network }: Pick<ExperimentArm, 'arm' | 'network'>): string {
  return experiments.flatMap(({ arms }) => arms).find((row) => row.arm === arm && row.network === network)?.label ?? arm;
}

/** A paper without results: the experiments as they would be at the full tier, every cell "not run". */
export function emptyCohort(paper: Paper): Cohort {
  return cohort(paper, 'full', 'none', 'procedural', []);
}

const ofArms = new WeakMap<readonly RunResult[], WeakMap<ExperimentArm, ArmRuns>>();

/**
 * The runs of an arm: same arm and scale. If several recipes carry that name (one was changed since), the experiment's own
 * recipe is preferred, else the one with the most seeds, and the others are reported as left out.
 */
export function runsOfArm(runs: readonly RunResult[], arm: ExperimentArm): ArmRuns {
  const known = ofArms.get(runs) ?? new WeakMap<ExperimentArm, ArmRuns>();
  ofArms.set(runs, known);
  const found = known.get(arm) ?? findRuns(runs, arm);
  known.set(arm, found);
  return found;
}

function findRuns(runs: readonly RunResult[], arm: ExperimentArm): ArmRuns {
  const named = runs.filter(({ spec }) => spec.recipe.arm === arm.recipe.arm && spec.recipe.scale === arm.recipe.scale);
  const byRecipe = groupBy(named, ({ spec }) => recipeKey(spec.recipe));
  const chosen =
    byRecipe.get(recipeKey(arm.recipe)) ??
    [...byRecipe.values()].reduce<RunResult[]>((most, group) => (group.length > most.length ? group : most), []);
  const firstOfSeed = new Map<number, RunResult>();
  for (const run of chosen) if (!firstOfSeed.has(run.spec.seed)) firstOfSeed.set(run.spec.seed, run);
  const used = new Set(firstOfSeed.values());
  return { runs: [...used].sort((a, b) => a.spec.seed - b.spec.seed), leftOut: named.filter((run) => !used.has(run)) };
}

const recipeKeys = new WeakMap<Recipe, string>();

/** A text that is the same for equal recipes, in whatever order their entries stand. Comparing all pairs of recipes takes seconds for a thousand runs. */
function recipeKey(recipe: Recipe): string {
  const key = recipeKeys.get(recipe) ?? JSON.stringify(recipe, sortedEntries);
  recipeKeys.set(recipe, key);
  return key;
}

function sortedEntries(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
