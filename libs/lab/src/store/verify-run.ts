import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileError } from '@distillery/data';
import { readCheckpointNote } from '@distillery/distill';
import { UserError } from '@distillery/tensor';
import { TIERS, type Tier } from '../experiment/recipe';
import { validateEvery } from '../experiment/validate-every';
import { checkLog, METRICS, validationFormat, type LogFormat } from './metrics-log';
import { hasCode } from './fs-errors';
import { checkFiles, checkpointsIn, isFinished, readRunFile, readTiming, remedy, runFiles } from './run-store';

/** How a run's folder stands: complete, to be continued, or being worked on right now, so that it cannot be checked. */
export interface RunCheck {
  readonly state: 'finished' | 'unfinished' | 'in progress';
  /** One line for each damaged file. */
  readonly damage: readonly string[];
}

/** Compares every file in a run's folder with the digest that it has or that another file has of it. Nothing is written. */
export async function verifyRun(folder: string): Promise<RunCheck> {
  if (isFinished(folder)) return { state: 'finished', damage: await checkFiles(folder) };
  if (existsSync(`${folder.replace(/\.fresh$/, '')}.lock`)) return { state: 'in progress', damage: [] };
  const damage: string[] = [];
  const run = await noting(damage, () => readRunFile(folder));
  await noting(damage, () => readTiming(folder));
  for (const path of checkpointsIn(folder)) {
    const note = await noting(damage, () => readCheckpointNote(path));
    if (!note || !run || path !== runFiles(folder).checkpoint) continue;
    const { logs } = note.extra as { logs: Readonly<Record<string, string>> };
    const { recipe } = run.spec;
    const check = (path: string, log: string, format: LogFormat<{ readonly step: number }>) =>
      noting(damage, async () => checkLog(path, format, { step: note.step, digest: logs[log] ?? '' }, remedy(folder)));
    await check(runFiles(folder).metrics, 'metrics', METRICS);
    if (recipe.data.validate)
      await check(runFiles(folder).validation, 'validation', validationFormat(validateEvery(recipe), recipe.schedule.steps));
  }
  return { state: 'unfinished', damage };
}

/** The folders of all runs, those being made again beside them included, in order. Throws UserError if a folder cannot be read. */
export async function runFoldersIn(runsDir: string): Promise<string[]> {
  const cells: string[] = [];
  for (const paper of await namesIn(runsDir))
    for (const cell of await namesIn(join(runsDir, paper))) cells.push(join(runsDir, paper, cell));
  const runs: string[] = [];
  for (const cell of cells)
    for (const name of await namesIn(cell)) if (/^\d+-[0-9a-f]{12}(\.fresh|\.old)?$/.test(name)) runs.push(join(cell, name));
  return runs;
}

/** The results files of a folder, by tier and paper, in order. Throws UserError if a folder cannot be read. */
export async function resultsPapers(resultsDir: string): Promise<[tier: Tier, paper: string][]> {
  const found: [Tier, string][] = [];
  for (const tier of TIERS)
    for (const name of await namesIn(join(resultsDir, tier))) if (name.endsWith('.json')) found.push([tier, name.slice(0, -5)]);
  return found;
}

/** What a folder holds, sorted; nothing where there is no folder. */
async function namesIn(path: string): Promise<string[]> {
  try {
    return (await readdir(path)).sort();
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return [];
    throw fileError('read', path, error);
  }
}

/** What `read` gives; null where it finds damage, which is noted. */
async function noting<T>(damage: string[], read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    damage.push(error.message);
    return null;
  }
}
