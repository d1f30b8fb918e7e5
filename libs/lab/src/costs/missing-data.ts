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
  const wanted = new Map<string, { readonly papers: Set<string>; readonly isHere: () => boolean | Promise<boolean> }>();
  const want = (name: string, paper: string, isHere: () => boolean | Promise<boolean>): void => {
    const known = wanted.get(name);
    if (known) known.papers.add(paper);
    else wanted.set(name, { papers: new Set([paper]), isHere });
  };
  for (const paper of papers)
    for (const { spec } of plannedRuns([paper], tier, { seeds: 1, engine: 'none', datasets: wantedDatasets(tier) })) {
      for (const name of setsOfRecipe(spec.recipe)) want(name, paper.id, () => hasDataset(name, dataDir));
      const { method, options } = methodOfRecipe(paper, spec.recipe);
      const features = method.needsFeatures?.(options) ?? null;
      if (features !== null) want(`weights of ${features}`, paper.id, () => hasFeatureWeights(features, dataDir));
      const published = method.needsPublished?.(options) ?? null;
      if (published !== null) want(`weights of ${published}`, paper.id, () => !missingPublished(dataDir).includes(published));
    }
  const missing: MissingData[] = [];
  // Each is looked for once, however many runs want it.
  for (const [name, { papers: ids, isHere }] of wanted) if (!(await isHere())) missing.push({ name, papers: [...ids] });
  return missing;
}

/** The data sets that a recipe trains, adapts, validates and is tested on. */
export function setsOfRecipe({ data: { train, evaluate, validate, real } }: Recipe): string[] {
  return [train, ...evaluate, ...(validate ? [validate.set] : []), ...(real === undefined ? [] : [real])];
}

async function hasDataset(name: string, dataDir: string | null): Promise<boolean> {
  try {
    await requireDataset(name, dataDir);
    return true;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}
