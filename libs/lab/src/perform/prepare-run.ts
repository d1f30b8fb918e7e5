import { describeDataset, openDataset, type Dataset } from '@distillery/data';
import { useEngine } from '@distillery/tensor';
import { findFeatures, type FeatureSource } from '../frozen/feature-network';
import { RUN_THREADS, runHash, SCIENCE_VERSION, type RunIdentity } from '../store/run-hash';
import { findMetricNetworks, metricNetworkNames, NO_METRIC_NETWORKS, type MetricNetworks } from '../frozen/metric-networks';
import { findPaper } from '../experiment/find-paper';
import type { Paper } from '../experiment/paper';
import { methodOfRecipe } from '../experiment/paper-method';
import type { RunSpec } from '../experiment/recipe';
import { mapStarts } from '../experiment/starts';
import { findPublished, type PublishedSource } from '../frozen/published-network';
import { runId } from '../experiment/run-id';
import { runFolder } from '../store/run-store';
import { openValidation, type ValidationSet } from './validation';

/** Where a run finds its data and leaves its files. */
export interface RunPlace {
  /** The data folder; null: only the built-in procedural images. */
  readonly dataDir: string | null;
  readonly runsDir: string;
  /** The papers that are known. */
  readonly papers: readonly Paper[];
}

/** A run with all that it needs found, but not begun. */
export interface PreparedRun {
  readonly id: string;
  readonly spec: RunSpec;
  readonly paper: Paper;
  readonly train: Dataset;
  readonly evaluate: readonly Dataset[];
  /** What training is watched by: the middles of the validation set's images; null if the recipe names none. */
  readonly validate: ValidationSet | null;
  /** The target domain of the recipe, if it has one. */
  readonly real: Dataset | null;
  readonly features: FeatureSource | null;
  readonly published: PublishedSource | null;
  readonly metricNetworks: MetricNetworks;
  /** The runs that this one starts from, by their names in its recipe. */
  readonly starts: Readonly<Record<string, PreparedRun>>;
  readonly identity: RunIdentity;
  readonly hash: string;
  readonly folder: string;
}

/** What a user has to know of the sets that a run uses, a line each. Of a training set whose LR are degraded in training, the LR of its files do not matter. */
export function notesOnData({ train, evaluate, validate, real, spec }: PreparedRun): string[] {
  const { data, scale } = spec.recipe;
  const trained = data.lr === undefined ? train : { ...train, lrOrigin: undefined };
  return [trained, ...evaluate, ...(validate ? [validate] : []), ...(real ? [real] : [])].flatMap((set) => describeDataset(set, scale));
}

/**
 * Selects the engine, with the threads of runs, opens the datasets and finds the frozen networks of a run and of those it starts from, and hashes them all.
 * Throws UserError for an unknown paper, engine or dataset, and for unreadable images.
 */
export async function prepareRun(spec: RunSpec, place: RunPlace): Promise<PreparedRun> {
  const { recipe } = spec;
  const paper = findPaper(recipe.paper, place.papers);
  const { version, precision } = await useEngine(spec.engine, { threads: RUN_THREADS });
  const starts: Record<string, PreparedRun> = {};
  for (const [name, start] of Object.entries(recipe.startFrom)) starts[name] = await prepareRun({ ...spec, recipe: start }, place);
  const train = await openDataset(recipe.data.train, place.dataDir);
  const evaluate: Dataset[] = [];
  for (const name of recipe.data.evaluate) evaluate.push(await openDataset(name, place.dataDir));
  const real = recipe.data.real === undefined ? null : await openDataset(recipe.data.real, place.dataDir);
  const validate = await openValidation(recipe, place.dataDir, [train, ...evaluate, ...(real ? [real] : [])]);
  const { method, options } = methodOfRecipe(paper, recipe);
  const features = await findFeatures(method.needsFeatures?.(options) ?? null, place.dataDir, spec.engine);
  const published = findPublished(method.needsPublished?.(options) ?? null, recipe.scale, place.dataDir, spec.engine);
  // LPIPS of a few pictures takes longer than a run of this tier.
  const metricNetworks = recipe.tier === 'learn' ? NO_METRIC_NETWORKS : findMetricNetworks(place.dataDir, spec.engine);
  const identity: RunIdentity = {
    spec,
    engine: { version, precision },
    datasetHashes: Object.fromEntries(
      [train, ...evaluate, ...(real ? [real] : []), ...(validate ? [validate] : [])].map(({ name, hash }) => [name, hash]),
    ),
    featureNetwork: features?.name ?? null,
    ...metricNetworkNames(metricNetworks),
    science: [SCIENCE_VERSION, paper.version ?? 1],
    starts: mapStarts(starts, (start) => start.hash),
    ...(published && { published: published.name }),
  };
  const hash = runHash(identity);
  return {
    id: runId(spec),
    spec,
    paper,
    train,
    evaluate,
    validate,
    real,
    features,
    published,
    metricNetworks,
    starts,
    identity,
    hash,
    folder: runFolder(place.runsDir, spec, hash),
  };
}
