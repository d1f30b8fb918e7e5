import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { findDataDir } from '@distillery/data';
import {
  defaultDatasets,
  TIERS,
  type Datasets,
  type Experiment,
  type ExperimentArm,
  type Paper,
  type Recipe,
  type Tier,
} from '@distillery/lab';
import { useEngine, UserError, type EngineName } from '@distillery/tensor';
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
  readonly engine: EngineName;
  /** Default 0. */
  readonly seed?: number;
  /** The repository, seen from the notebook. Default: the folder above. */
  readonly root?: string;
}

/**
 * Selects the engine, finds the data folder and shows what the notebook runs on. The tier is `DISTILLERY_TIER`, else `smoke`. Throws UserError for a tier
 * that does not exist, and as `useEngine` does.
 */
export async function startSession(paper: Paper, { engine, seed = 0, root = '..' }: SessionOptions): Promise<Session> {
  const asked = process.env['DISTILLERY_TIER'] ?? 'smoke';
  const tier = TIERS.find((known) => known === asked);
  if (!tier) throw new UserError(`DISTILLERY_TIER ${asked}: expected ${TIERS.join(', ')}`);
  const { name, version } = await useEngine(engine);
  const dataDir = findDataDir();
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
