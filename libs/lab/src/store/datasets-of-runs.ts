import { setsOf, type Datasets, type Paper, type TargetDomain } from '../experiment/paper';
import type { Recipe } from '../experiment/recipe';
import type { RunResult } from './run-result';

/**
 * The sets that a paper's experiments must have been given for these runs (at least one, all trained on the same set) to be theirs: the
 * inverse of `Paper.experiments`. The target domain with most runs is the main one.
 */
export function datasetsOfRuns(paper: Paper, runs: readonly RunResult[]): Datasets {
  const recipes = runs.map(({ spec }) => spec.recipe);
  const domains = new Map<string, { domain: TargetDomain; runs: number }>();
  for (const { data } of recipes) {
    if (data.real === undefined || data.real.startsWith('procedural')) continue;
    const known = domains.get(data.real);
    const watched = data.validate && { validate: data.validate.set };
    domains.set(data.real, { domain: { adapt: data.real, ...watched, test: data.evaluate }, runs: (known?.runs ?? 0) + 1 });
  }
  const real = [...domains.values()].sort((a, b) => b.runs - a.runs).map(({ domain }) => domain);
  const tests = new Set(recipes.flatMap(({ data }) => (data.real === undefined ? [] : data.evaluate)));
  const all = [...new Set(recipes.flatMap(({ data }) => data.evaluate))];
  const benchmarks = all.filter((name) => !tests.has(name));
  const published = new Set(recipes.flatMap((recipe) => publishedOf(paper, recipe) ?? []));
  const { train, validate } = (recipes[0] as (typeof recipes)[number]).data;
  return {
    ...setsOf({ train, validate, evaluate: benchmarks.length > 0 ? benchmarks : all }),
    ...(real.length > 0 && { real }),
    ...(published.size > 0 && { published: [...published] }),
  };
}

/** The published network of a stored recipe. One of an older version of its paper, with options that there are no longer, has none. */
function publishedOf({ methods }: Paper, { method: { name, ...given } }: Recipe): string | null {
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
  const parsed = method?.options.safeParse(given);
  return (parsed?.success && method?.needsPublished?.(parsed.data)) || null;
}
