import { cp, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileError, lookAtLock, withLock } from '@distillery/data';
import { UserError } from '@distillery/tensor';
import { TIERS, type Tier } from '../experiment/recipe';
import { runId } from '../experiment/run-id';
import { mergeResults, readResults } from './results-file';
import { shortHash } from './run-hash';
import type { RunResult } from './run-result';
import { freshFolder, isFinished, readOutcomeDigest, readRun, replaceByFresh, runFiles } from './run-store';
import { resultsPapers, runFoldersIn } from './verify-run';

/** Where results and runs of another machine lie; null: it has none. */
export interface Store {
  readonly runs: string | null;
  readonly results: string | null;
}

export interface MergeOptions {
  /** What comes in takes the place of what conflicts with it. Absent: conflicts are refused. */
  readonly replace?: boolean;
}

/** What a merge did. */
export interface Merged {
  /** Runs whose folders were copied, and runs that were here already with the same bytes. */
  readonly copied: number;
  readonly same: number;
  /** Runs that were not finished there: they stay there. */
  readonly unfinished: number;
  /** Results files that were written. */
  readonly written: readonly string[];
  /** One line for each run or file that was left out, by name. */
  readonly refused: readonly string[];
}

/** A folder as given: one with `runs/` and `reports/results/` (`--out`), one of runs, or one of results. Throws UserError if it is none of these. */
export async function storeIn(folder: string): Promise<Store> {
  const [runs, results] = [join(folder, 'runs'), join(folder, 'reports', 'results')];
  if (existsSync(runs) || existsSync(results))
    return { runs: existsSync(runs) ? runs : null, results: existsSync(results) ? results : null };
  if (TIERS.some((tier) => existsSync(join(folder, tier)))) return { runs: null, results: folder };
  if ((await runFoldersIn(folder)).length > 0) return { runs: folder, results: null };
  throw new UserError(`${folder}: expected a folder with runs/ or reports/results/, or one of these two`);
}

/**
 * Brings runs and results of another machine into a store: by content, so that what is there already is left as it is, and again brings nothing. Each run is checked by
 * its digests first. Two runs of one hash must have the same `result.json`, and two results of one place (id, engine, training set) the same hash and values; where
 * they have not, what comes in is refused and named. A run without its checkpoint counts as a result only. `to.runs` null: results alone are brought.
 */
export async function mergeStore(from: Store, to: Store & { readonly results: string }, options: MergeOptions = {}): Promise<Merged> {
  const counts = { copied: 0, same: 0, unfinished: 0 };
  const [written, refused]: [Set<string>, string[]] = [new Set(), []];
  const bring = async (runs: readonly RunResult[]): Promise<void> => {
    const outcome = await mergeResults(to.results, runs, options.replace ? 'replace' : 'refuse');
    outcome.written.forEach((path) => written.add(path));
    refused.push(...outcome.refused);
  };
  // Paper by paper, so that a large store need not be in memory.
  for (const folders of from.runs === null ? [] : byPaper(from.runs, await runFoldersIn(from.runs))) {
    const results: RunResult[] = [];
    for (const folder of folders) {
      if (!isFinished(folder)) {
        counts.unfinished++;
        continue;
      }
      try {
        const withoutCheckpoint = !existsSync(runFiles(folder).checkpoint);
        const result = await readRun(folder, { withoutCheckpoint });
        if (to.runs !== null && !withoutCheckpoint)
          counts[await bringFolder(folder, join(to.runs, relative(from.runs as string, folder)), result, options)]++;
        results.push(result);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        refused.push(error.message);
      }
    }
    await bring(results);
  }
  for (const [tier, paper] of from.results === null ? [] : await resultsPapers(from.results))
    await bring(await resultsOf(from.results as string, tier, paper, refused));
  return { ...counts, written: [...written].sort(), refused };
}

/** Copies a finished run beside its place, then puts it there. Throws UserError if another run of its hash is there, or the place is being worked on. */
async function bringFolder(
  folder: string,
  target: string,
  result: RunResult,
  { replace = false }: MergeOptions,
): Promise<'copied' | 'same'> {
  if (resolve(folder) === resolve(target)) return 'same';
  const name = `${runId(result.spec)} (${shortHash(result.hash)})`;
  const lock = await lookAtLock(`${target}.lock`);
  if (lock?.life === 'alive') throw new UserError(`${name}: ${lock.holder} works on it here; merge again when it is done`);
  return withLock(`${target}.lock`, async (held) => {
    if (isFinished(target)) {
      const [here, there] = [await readOutcomeDigest(target), await readOutcomeDigest(folder)];
      if (here === there) return 'same';
      if (!replace)
        throw new UserError(`${name}: ${folder} and ${target} are runs of one hash with different results; --replace takes the first`);
    }
    const beside = freshFolder(target);
    await rm(beside, { recursive: true, force: true });
    await cp(folder, beside, { recursive: true, preserveTimestamps: true }).catch((error: unknown) => {
      throw fileError('write', beside, error);
    });
    await replaceByFresh(target, held);
    return 'copied';
  });
}

function byPaper(runsDir: string, folders: readonly string[]): string[][] {
  const papers = new Map<string, string[]>();
  for (const folder of folders) {
    // Copies that a run being made again or replaced has beside it.
    if (/\.(fresh|old)$/.test(folder)) continue;
    const [paper] = relative(runsDir, folder).split(/[\\/]/) as [string];
    const known = papers.get(paper);
    if (known) known.push(folder);
    else papers.set(paper, [folder]);
  }
  return [...papers.values()];
}

async function resultsOf(resultsDir: string, tier: Tier, paper: string, refused: string[]): Promise<readonly RunResult[]> {
  try {
    return (await readResults(resultsDir, tier, paper))?.runs ?? [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    refused.push(error.message);
    return [];
  }
}
