import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileError, makeFolder, withLock, writeFileAtomic } from '@distillery/data';
import { UserError } from '@distillery/tensor';
import { hasCode } from './fs-errors';
import { hashJson } from '../json/canonical-json';
import { validate } from '../json/parse-json';
import { parseVersioned } from '../json/stored-json';
import { prettyJson } from '../json/pretty-json';
import type { Json } from '../json/json';
import type { Tier } from '../experiment/recipe';
import { engineOf, type Crop, type ResultsFile, type RunResult } from './run-result';
import { STORE_VERSION, type StoredResults } from './run-files';
import { shortHash } from './run-hash';
import { resultsFileSchema, runResultSchema } from './schemas';

/** `reports/results/<tier>/<paper>.json`. */
export function resultsPath(resultsDir: string, tier: Tier, paper: string): string {
  return join(resultsDir, tier, `${paper}.json`);
}

const RESULTS = { schema: resultsFileSchema, version: STORE_VERSION };
/** Finished runs are gathered without being made again. */
const REMEDY = "move it away, then 'distillery reproduce' writes it anew from the finished runs";

/** The run, if it is what its digest says. Throws UserError. */
function checkedRun({ digest, ...run }: StoredResults['runs'][number], path: string): RunResult {
  const what = `${path}, run ${typeof run.hash === 'string' ? shortHash(run.hash) : ''}`;
  if (hashJson(run as Json) !== digest) throw new UserError(`${what} is damaged, it does not match its digest: ${REMEDY}`);
  return validate(run, runResultSchema, what, REMEDY);
}

function withDigest(run: RunResult): StoredResults['runs'][number] {
  return { ...run, digest: hashJson(run as unknown as Json) };
}

/** Reads a results file; null if there is none. Throws UserError naming the file if it is damaged. */
export async function readResults(resultsDir: string, tier: Tier, paper: string): Promise<ResultsFile | null> {
  const path = resultsPath(resultsDir, tier, paper);
  try {
    const file = parseVersioned(await readFile(path, 'utf8'), RESULTS, path, REMEDY);
    if (file.paper === paper && file.tier === tier) return { ...file, runs: file.runs.map((run) => checkedRun(run, path)) };
    throw new UserError(`${path} holds results of ${file.paper} at the ${file.tier} tier, expected ${paper} at the ${tier} tier`);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw fileError('read', path, error);
  }
}

/**
 * Puts finished runs into the results files of their papers and tiers, atomically and in a fixed order. A run replaces the one of
 * the same id, engine and training set; the others stay. An existing file that is damaged is left as it is. Returns the paths written, and a line for each
 * file that was left. Throws UserError if one cannot be written.
 */
export async function updateResults(resultsDir: string, runs: readonly RunResult[]): Promise<{ written: string[]; refused: string[] }> {
  const groups = new Map<string, RunResult[]>();
  for (const run of runs) {
    const path = resultsPath(resultsDir, run.spec.recipe.tier, run.spec.recipe.paper);
    groups.set(path, [...(groups.get(path) ?? []), run]);
  }
  const written: string[] = [];
  const refused: string[] = [];
  for (const [path, group] of groups) {
    const { paper, tier } = (group[0] as RunResult).spec.recipe;
    await makeFolder(dirname(path));
    await withLock(`${path}.lock`, async (lock) => {
      const before = await readResults(resultsDir, tier, paper).catch((error: unknown) => {
        if (!(error instanceof UserError)) throw error;
        refused.push(error.message);
        return undefined;
      });
      if (before === undefined) return;
      const runs = mergeRuns(before?.runs ?? [], group).map(withDigest);
      const stored: StoredResults = { schema: STORE_VERSION, paper, tier, runs };
      await writeFileAtomic(path, prettyJson(stored as unknown as Json), lock.requireHeld);
      written.push(path);
    });
  }
  return { written: written.sort(), refused };
}

/** `newer` over `older`, one run per id, engine and training set, in the order of arm, scale, seed, engine and training set. */
export function mergeRuns(older: readonly RunResult[], newer: readonly RunResult[]): RunResult[] {
  const byKey = new Map([...older, ...newer].map((run) => [JSON.stringify(sortKey(run)), run]));
  const runs = [...byKey.values()].sort((a, b) => compareKeys(sortKey(a), sortKey(b)));
  return runs.map((run, i) => (run.crops.length > 0 && sharesPictures(run, runs.slice(0, i)) ? { ...run, crops: [] as Crop[] } : run));
}

type SortKey = readonly (string | number)[];

function sortKey(run: RunResult): SortKey {
  const { recipe, seed } = run.spec;
  return [recipe.paper, recipe.tier, recipe.arm, recipe.scale, seed, engineOf(run), recipe.data.train];
}

function compareKeys(a: SortKey, b: SortKey): number {
  const i = a.findIndex((part, k) => part !== b[k]);
  if (i < 0) return 0;
  return (a[i] as string | number) < (b[i] as string | number) ? -1 : 1;
}

/** Pictures are most of a result's bytes, and a report shows those of one seed: the other seeds go without. */
function sharesPictures(run: RunResult, earlier: readonly RunResult[]): boolean {
  const { arm, scale, data } = run.spec.recipe;
  return earlier.some((other) => {
    const { recipe } = other.spec;
    const same = recipe.arm === arm && recipe.scale === scale && recipe.data.train === data.train && engineOf(other) === engineOf(run);
    return same && other.crops.length > 0;
  });
}
