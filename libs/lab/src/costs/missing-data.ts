import { requireDataset } from '@distillery/data';
import { UserError } from '@distillery/tensor';
import { missingPublished, wantedDatasets } from '../experiment/default-datasets';
import type { Paper } from '../experiment/paper';
import { methodOfRecipe } from '../experiment/paper-method';
import { plannedRuns } from '../experiment/plan';
import type { Recipe, Tier } from '../experiment/recipe';
import { hasFeatureWeights } from '../frozen/feature-network';

/** Something that a tier is meant to have and the data folder lacks. */
export interface MissingData {
  /** A data set, or a network whose weights are wanted. */
  readonly name: string;
  /** The papers that want it. */
  readonly papers: readonly string[];
}

/** The data sets and weights that the papers' experiments at a tier are meant to have and that are not in the data folder. Sets that are made of another count as that. */
export async function missingData(papers: readonly Paper[], tier: Tier, dataDir: string | null): Promise<MissingData[]> {
  const wanted = new Map<string, Set<string>>();
  const want = (name: string, paper: string): void => void wanted.set(name, (wanted.get(name) ?? new Set()).add(paper));
  for (const paper of papers)
    for (const { spec } of plannedRuns([paper], tier, { seeds: 1, engine: 'none', datasets: wantedDatasets(tier) })) {
      for (const name of setsOfRecipe(spec.recipe)) want(name, paper.id);
      const { method, options } = methodOfRecipe(paper, spec.recipe);
      const features = method.needsFeatures?.(options) ?? null;
      if (features !== null && !hasFeatureWeights(features, dataDir)) want(`weights of ${features}`, paper.id);
      const published = method.needsPublished?.(options) ?? null;
      if (published !== null && missingPublished(dataDir).includes(published)) want(`weights of ${published}`, paper.id);
    }
  const missing: MissingData[] = [];
  for (const [name, ids] of wanted)
    if (name.startsWith('weights of') || !(await isHere(name, dataDir))) missing.push({ name, papers: [...ids] });
  return missing;
}

/** The data sets that a recipe trains, adapts, validates and is tested on. */
export function setsOfRecipe({ data: { train, evaluate, validate, real } }: Recipe): string[] {
  return [train, ...evaluate, ...(validate ? [validate.set] : []), ...(real === undefined ? [] : [real])];
}

async function isHere(name: string, dataDir: string | null): Promise<boolean> {
  try {
    await requireDataset(name, dataDir);
    return true;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}
