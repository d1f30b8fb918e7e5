import { basename, dirname, join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { findDataDir } from '@distillery/data';
import {
  defaultDatasets,
  RUN_THREADS,
  TIERS,
  type Datasets,
  type Experiment,
  type ExperimentArm,
  type Paper,
  type Recipe,
  type Tier,
} from '@distillery/lab';
import { fastestEngine, useEngine, UserError, type EngineName } from '@distillery/tensor';
import { showTable } from '../display/show-table';

/** What all runs of a notebook have in common. */
export interface Session {
  readonly paper: Paper;
  readonly tier: Tier;
  readonly seed: number;
  readonly engine: EngineName;
  /** null: no data folder, so that built-in images stand in. */
  readonly dataDir: string | null;
  readonly datasets: Datasets;
  /** The paper's experiments at the tier, on the datasets. */
  readonly experiments: readonly Experiment[];
  /** `runs/` of the repository, where finished runs are found again. */
  readonly runsDir: string;
  /** `reports/results/`, the measured results. */
  readonly resultsDir: string;
}

export interface SessionOptions {
  /** `auto`: whichever trains fastest here, as for `distillery reproduce`, so that its runs are found. */
  readonly engine: EngineName | 'auto';
  /** Default: `DISTILLERY_TIER`, else `learn`. */
  readonly tier?: Tier;
  /** Default 0. */
  readonly seed?: number;
  /** The data folder, seen from the root. Default: `DISTILLERY_DATA`, seen likewise, else none. */
  readonly data?: string | null;
  /** The folder that holds `runs/` and `reports/`. Default: `projectRoot()`. */
  readonly root?: string;
}

/**
 * The folder from which this project's commands are meant to be called, where `runs/` and `reports/` are: the one that holds `notebooks/`, for a notebook in there;
 * for any other, its own. Relative paths of data and images are seen from it.
 */
export function projectRoot(): string {
  const own = process.cwd();
  return basename(own) === 'notebooks' ? dirname(own) : own;
}

/**
 * Selects the engine, with the threads of runs, so that training by hand is what a run is; finds the data folder and shows what the notebook runs on. Throws UserError
 * for a tier or a data folder that does not exist, and as `useEngine` does.
 */
export async function startSession(paper: Paper, options: SessionOptions): Promise<Session> {
  const { seed = 0, root = projectRoot(), data = null } = options;
  const asked = options.tier ?? process.env['DISTILLERY_TIER'] ?? 'learn';
  const tier = TIERS.find((known) => known === asked);
  if (!tier) throw new UserError(`DISTILLERY_TIER ${asked}: expected ${TIERS.join(', ')}`);
  const engine = options.engine === 'auto' ? (await fastestEngine()).name : options.engine;
  const { name, version } = await useEngine(engine, { threads: RUN_THREADS });
  const dataDir = dataDirFrom(root, data);
  const datasets = defaultDatasets(tier, dataDir);
  showTable([{ tier, engine: `${name} ${version}`, train: datasets.train, evaluate: datasets.evaluate.join(', '), seed }]);
  return {
    paper,
    tier,
    seed,
    engine,
    dataDir,
    datasets,
    experiments: paper.experiments(tier, datasets),
    runsDir: join(root, 'runs'),
    resultsDir: join(root, 'reports', 'results'),
  };
}

function dataDirFrom(root: string, data: string | null): string | null {
  const named = data ?? process.env['DISTILLERY_DATA'] ?? '';
  if (named === '') return null;
  const folder = resolve(root, named);
  try {
    return findDataDir(folder);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(
      `${data === null ? 'DISTILLERY_DATA' : 'data'} ${named}: ${folder} is no folder; expected the folder that holds the datasets`,
    );
  }
}

/** The experiment called `id`. Throws UserError naming those there are. */
export function experimentOf({ experiments, paper }: Session, id: string): Experiment {
  const found = experiments.find((experiment) => experiment.id === id);
  if (!found) throw new UserError(`experiment '${id}' of ${paper.id}: unknown, expected ${experiments.map((one) => one.id).join(', ')}`);
  return found;
}

/**
 * The recipe of the arm called `arm`. An arm may stand in several experiments; `experiment` says in which, and is needed where its recipes differ, as they
 * do from one scale to the next. Throws UserError if there is no such arm or experiment, or more than one recipe.
 */
export function recipeOf(session: Session, arm: string, experiment?: string): Recipe {
  const { paper } = session;
  const searched = experiment === undefined ? session.experiments : [experimentOf(session, experiment)];
  const arms: readonly ExperimentArm[] = searched.flatMap((one) => one.arms);
  const [found, ...others] = arms.filter((candidate) => candidate.arm === arm);
  if (!found) throw new UserError(`arm '${arm}' of ${paper.id}: unknown, expected ${[...new Set(arms.map((one) => one.arm))].join(', ')}`);
  if (others.some(({ recipe }) => !isDeepStrictEqual(recipe, found.recipe)))
    throw new UserError(`arm '${arm}' of ${paper.id}: has several recipes, expected the experiment, one of ${idsOf(searched, arm)}`);
  return found.recipe;
}

function idsOf(experiments: readonly Experiment[], arm: string): string {
  return experiments.flatMap(({ id, arms }) => (arms.some((one) => one.arm === arm) ? [id] : [])).join(', ');
}
