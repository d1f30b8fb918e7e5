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
import { runId } from '../experiment/run-id';
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
  return mergeResults(resultsDir, runs, 'replace');
}

/**
 * `updateResults` with runs of another machine. `refuse`: a run whose place another one has, of another hash or with other values, stays out, with a line that
 * names it. A run that is there already with the same values is left as it is, and a file that would not change is not written.
 */
export async function mergeResults(
  resultsDir: string,
  runs: readonly RunResult[],
  conflicts: 'replace' | 'refuse',
): Promise<{ written: string[]; refused: string[] }> {
  const groups = new Map<string, RunResult[]>();
  for (const run of runs) {
    const path = resultsPath(resultsDir, run.spec.recipe.tier, run.spec.recipe.paper);
    const group = groups.get(path);
    if (group) group.push(run);
    else groups.set(path, [run]);
  }
  const written: string[] = [];
  const refused: string[] = [];
  for (const [path, group] of groups) {
    const { paper, tier } = (group[0] as RunResult).spec.recipe;
    makeFolder(dirname(path));
    await withLock(`${path}.lock`, async (lock) => {
      const before = await readResults(resultsDir, tier, paper).catch((error: unknown) => {
        if (!(error instanceof UserError)) throw error;
        refused.push(error.message);
        return undefined;
      });
      if (before === undefined) return;
      const taken = conflicts === 'replace' ? group : withoutConflicts(before?.runs ?? [], group, path, refused);
      if (taken.length === 0) return;
      const runs = mergeRuns(before?.runs ?? [], taken).map(withDigest);
      const stored: StoredResults = { schema: STORE_VERSION, paper, tier, runs };
      await writeFileAtomic(path, prettyJson(stored as unknown as Json), lock.requireHeld);
      written.push(path);
    });
  }
  return { written: written.sort(), refused };
}

/** The runs that are new, and a line for each whose place is taken by another. */
function withoutConflicts(before: readonly RunResult[], incoming: readonly RunResult[], path: string, refused: string[]): RunResult[] {
  const known = new Map(before.map((run) => [keyOf(run), run]));
  return incoming.filter((run) => {
    const other = known.get(keyOf(run));
    known.set(keyOf(run), other ?? run);
    if (other === undefined) return true;
    const name = `${path}, ${runId(run.spec)} on ${engineOf(run)}`;
    if (other.hash !== run.hash)
      refused.push(
        `${name}: the run there is another one, ${shortHash(other.hash)} against ${shortHash(run.hash)}; --replace takes the second`,
      );
    else if (valuesOf(other) !== valuesOf(run))
      refused.push(`${name}: two machines gave the run ${shortHash(run.hash)} different values; --replace takes those that come in`);
    return false;
  });
}

/** What the inputs of a run alone determine, but for pictures, which a file may have left out. */
function valuesOf({ evaluations, curves, validation, costs }: RunResult): string {
  const computed = costs.map(({ network, parameters, multiplyAdds, inputShape }) => ({ network, parameters, multiplyAdds, inputShape }));
  return hashJson({ evaluations, curves, validation: validation ?? null, computed } as unknown as Json);
}

/** `newer` over `older`, one run per id, engine and training set, in the order of arm, scale, seed, engine and training set. */
export function mergeRuns(older: readonly RunResult[], newer: readonly RunResult[]): RunResult[] {
  const byKey = new Map([...older, ...newer].map((run) => [keyOf(run), run]));
  const sorted = [...byKey.values()].map((run) => ({ run, key: sortKey(run) })).sort((a, b) => compareKeys(a.key, b.key));
  // Pictures are most of a result's bytes, and a report shows those of one seed: the other seeds go without.
  const pictured = new Set<string>();
  return sorted.map(({ run }) => {
    if (run.crops.length === 0) return run;
    const { arm, scale, data } = run.spec.recipe;
    const shown = JSON.stringify([arm, scale, data.train, engineOf(run)]);
    if (pictured.has(shown)) return { ...run, crops: [] as Crop[] };
    pictured.add(shown);
    return run;
  });
}

type SortKey = readonly (string | number)[];

function sortKey(run: RunResult): SortKey {
  const { recipe, seed } = run.spec;
  return [recipe.paper, recipe.tier, recipe.arm, recipe.scale, seed, engineOf(run), recipe.data.train];
}

function keyOf(run: RunResult): string {
  return JSON.stringify(sortKey(run));
}

function compareKeys(a: SortKey, b: SortKey): number {
  const i = a.findIndex((part, k) => part !== b[k]);
  if (i < 0) return 0;
  return (a[i] as string | number) < (b[i] as string | number) ? -1 : 1;
}
