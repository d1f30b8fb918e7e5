import { existsSync } from 'node:fs';
import type { Paper, ResultsFile } from '@distillery/lab';
import { fits, movements, type Movement } from '@distillery/report';
import { UserError } from '@distillery/tensor';
import { RunFailed } from './errors';
import { foldersIn } from './folders';
import { print } from './output';
import { storedResults } from './write-report';

/** The results in a folder: one that holds `reports/results/`, or the results themselves. Throws UserError if there are none. */
export async function otherResults(folder: string, papers: readonly Paper[]): Promise<ResultsFile[]> {
  const { results } = foldersIn(folder);
  const found = await storedResults(existsSync(results) ? results : folder, papers);
  if (found.length === 0)
    throw new UserError(
      `${folder}: no results of these papers; expected a folder with reports/results/, or with small/csd.json and the like`,
    );
  return found;
}

/** Throws UserError for a pattern of `--watch` that fits the id of no claim. */
export function checkWatched(papers: readonly Paper[], watched: readonly string[]): void {
  const ids = papers.flatMap(({ directions }) => directions.map(({ id }) => id));
  const unknown = watched.find((pattern) => !ids.some((id) => fits(id, pattern)));
  if (unknown === undefined) return;
  throw new UserError(`--watch ${unknown}: no claim has such an id; expected one such as ${ids[0] ?? 'csd/direction/…'}, or csd/*`);
}

/** Prints what moved, and throws RunFailed if a claim of `watched` (ids, in which `*` stands for any text) moved beyond its interval or is not compared any more. */
export function reportMovements(
  papers: readonly Paper[],
  now: readonly ResultsFile[],
  before: readonly ResultsFile[],
  watched: readonly string[],
): void {
  const all = movements(papers, now, before);
  const moved = all.filter(({ change }) => change === 'moved' || change === 'gone');
  print(`${all.length} claims compared, ${moved.length} moved beyond the earlier interval or gone`, ...moved.map(line));
  const failed = moved.filter(({ claim }) => watched.some((pattern) => fits(claim.id, pattern))).map(({ claim }) => claim.id);
  if (failed.length > 0) throw new RunFailed(`watched claims moved (${failed.length}): ${failed.join(', ')}`);
}

function line({ claim, before, now, change }: Movement): string {
  const { meanDifference: from, ci } = before.overall;
  const to = now.overall.meanDifference;
  const interval = ci ? ` [${ci.map((side) => side.toFixed(3)).join(', ')}]` : '';
  return `${change}: ${claim.id}: ${from?.toFixed(3) ?? 'none'}${interval} then, ${to?.toFixed(3) ?? 'none'} now (${before.overall.kind}, ${now.overall.kind})`;
}
