import { existsSync } from 'node:fs';
import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileError, type HeldLock, makeFolder, writeFileAtomic } from '@distillery/data';
import { UserError } from '@distillery/tensor';
import type { z } from 'zod';
import { hasCode } from './fs-errors';
import { shortHash } from './run-hash';
import { digestedJson, parseDigested, sha256Of } from '../json/stored-json';
import type { RunSpec } from '../experiment/recipe';
import type { Provenance, RunResult } from './run-result';
import { cellName } from '../experiment/run-id';
import { outcomeSchema, runFileSchema, timingSchema } from './schemas';
import { STORE_VERSION, type Outcome, type RunFile, type Timing } from './run-files';

/**
 * `runs/<paper>/<arm>-x<scale>/<seed>-<hash>/`. The inputs alone determine the bytes of `metrics.jsonl`, `validation.jsonl`,
 * `checkpoint.safetensors` and `result.json`; who made them, when and how fast stands in `run.json` and `timing.json`. A run is finished once it has a `result.json`.
 */
export function runFolder(runsDir: string, spec: RunSpec, hash: string): string {
  return join(runsDir, spec.recipe.paper, cellName(spec.recipe), `${spec.seed}-${shortHash(hash)}`);
}

/** The files of a run's folder. */
export function runFiles(folder: string) {
  return {
    run: join(folder, 'run.json'),
    metrics: join(folder, 'metrics.jsonl'),
    validation: join(folder, 'validation.jsonl'),
    checkpoint: join(folder, 'checkpoint.safetensors'),
    timing: join(folder, 'timing.json'),
    result: join(folder, 'result.json'),
  } as const;
}

/** The checkpoint before the last, of a run that is not finished: the last one may be lost. */
export function previousCheckpoint(folder: string): string {
  return join(folder, 'checkpoint.previous.safetensors');
}

/** The checkpoints that there are, the last one first. */
export function checkpointsIn(folder: string): string[] {
  return [runFiles(folder).checkpoint, previousCheckpoint(folder)].filter((path) => existsSync(path));
}

/** What to do about a damaged file in a run's folder. */
export function remedy(folder: string): string {
  return `use --fresh to make the run again, which replaces ${folder} once it is complete`;
}

/** Whether an error says that a file in a run's folder cannot be used as it is. */
export function isDamage(error: unknown, folder: string): boolean {
  return error instanceof UserError && error.message.endsWith(remedy(folder));
}

/** Whether the run in the folder is finished. */
export function isFinished(folder: string): boolean {
  return existsSync(runFiles(folder).result);
}

export interface ReadRunOptions {
  /** The run came without its checkpoint, which is large and not needed for a report. */
  readonly withoutCheckpoint?: boolean;
}

/**
 * The finished run in a folder, all its files compared with their digests. Throws UserError naming the file if one of them is missing, damaged, of another run or
 * of another version.
 */
export async function readRun(folder: string, { withoutCheckpoint = false }: ReadRunOptions = {}): Promise<RunResult> {
  const files = runFiles(folder);
  const { hash, spec, sessions } = await read(files.run, runFileSchema, folder);
  const outcome = await read(files.result, outcomeSchema, folder);
  const { trainSeconds, compileSeconds, uncompiled, latencies } = await read(files.timing, timingSchema, folder);
  if (outcome.hash !== hash) throw new UserError(`${files.result} is of another run than ${files.run}: ${remedy(folder)}`);
  for (const [name, digest] of Object.entries(outcome.files)) {
    if (!withoutCheckpoint || join(folder, name) !== files.checkpoint) await requireDigest(folder, name, digest);
  }
  const costs = outcome.costs.map((cost) => {
    const latency = latencies[cost.network];
    if (!latency) throw new UserError(`${files.timing} has no latency of '${cost.network}': ${remedy(folder)}`);
    return { ...cost, ...latency };
  });
  const { evaluations, curves, validation, crops } = outcome;
  const provenance = lastSession(sessions);
  return {
    schema: STORE_VERSION,
    hash,
    spec,
    provenance,
    evaluations,
    costs,
    curves,
    ...(validation && { validation }),
    crops,
    trainSeconds,
    ...(compileSeconds !== undefined && { compileSeconds }),
    ...(uncompiled !== undefined && { uncompiled }),
  };
}

/** What is damaged in the folder of a finished run, one line for each file. */
export async function checkFiles(folder: string): Promise<string[]> {
  const { run, timing, result } = runFiles(folder);
  const outcome = await read(result, outcomeSchema, folder).catch(damageOf);
  const checks: Promise<unknown>[] = [read(run, runFileSchema, folder), read(timing, timingSchema, folder)];
  const known = typeof outcome === 'string' ? {} : outcome.files;
  for (const [name, digest] of Object.entries(known)) checks.push(requireDigest(folder, name, digest));
  const found = await Promise.all(checks.map((check) => check.then(() => null, damageOf)));
  return [...(typeof outcome === 'string' ? [outcome] : []), ...found.filter((line) => line !== null)];
}

function damageOf(error: unknown): string {
  if (error instanceof UserError) return error.message;
  throw error;
}

async function requireDigest(folder: string, name: string, digest: string): Promise<void> {
  const path = join(folder, name);
  if ((await digestOf(path, folder)) !== digest) throw new UserError(`${path} is damaged, it does not match its digest: ${remedy(folder)}`);
}

/** `run.json`. Throws UserError naming the file if it is missing or damaged. */
export async function readRunFile(folder: string): Promise<RunFile> {
  return read(runFiles(folder).run, runFileSchema, folder);
}

/**
 * The session that finished the run, with the commits of earlier sessions where they differ. The registered claims are those of the first session, because
 * a later one may have noted claims that were written after the run began.
 */
function lastSession(sessions: RunFile['sessions']): Provenance {
  const commit = ({ gitCommit, gitDirty }: Provenance): string => `${gitCommit ?? 'unknown'}${gitDirty ? '-dirty' : ''}`;
  const last = sessions.at(-1) as Provenance;
  const { registered = {} } = sessions[0] as Provenance;
  const earlier = [...new Set(sessions.map(commit))].filter((name) => name !== commit(last));
  return { ...last, ...(earlier.length > 0 && { earlierCommits: earlier }), ...(last.registered && { registered }) };
}

/**
 * Notes in `run.json` that a session starts to work on the run, and removes half-written files of a killed one. Without a checkpoint to continue from,
 * earlier sessions are dropped. Throws UserError if the folder belongs to another run, or the run's lock is lost.
 */
export async function beginSession(
  folder: string,
  run: Pick<RunFile, 'hash' | 'spec'>,
  provenance: Provenance,
  lock: HeldLock,
): Promise<void> {
  await lock.requireHeld();
  makeFolder(folder);
  await removeTemporaries(folder);
  const files = runFiles(folder);
  const earlier = existsSync(files.run) ? await read(files.run, runFileSchema, folder) : null;
  if (earlier && earlier.hash !== run.hash) throw new UserError(`${files.run} is of another run (hash ${earlier.hash}): ${remedy(folder)}`);
  const before = earlier && checkpointsIn(folder).length > 0 ? earlier.sessions : [];
  await write(files.run, { schema: STORE_VERSION, ...run, sessions: [...before, provenance] } satisfies RunFile, lock);
}

/** The last session that worked in a folder; null if it cannot be said. */
export async function lastSessionIn(folder: string): Promise<Provenance | null> {
  const file = await readRunFile(folder).catch((error: unknown) => {
    if (isDamage(error, folder)) return null;
    throw error;
  });
  return file?.sessions.at(-1) ?? null;
}

/** Clock readings so far; none before the first checkpoint. */
export async function readTiming(folder: string): Promise<Timing> {
  const { timing } = runFiles(folder);
  return existsSync(timing) ? read(timing, timingSchema, folder) : { schema: STORE_VERSION, trainSeconds: 0, latencies: {} };
}

export async function writeTiming(folder: string, timing: Timing, lock: HeldLock): Promise<void> {
  await write(runFiles(folder).timing, timing, lock);
}

/** Writes `result.json`, with the digests of what training left: from now on the run is finished, and needs one checkpoint. */
export async function writeOutcome(folder: string, outcome: Omit<Outcome, 'schema' | 'files'>, lock: HeldLock): Promise<void> {
  const { metrics, validation, checkpoint, result } = runFiles(folder);
  const left = [metrics, ...(outcome.validation ? [validation] : []), checkpoint];
  const digests = await Promise.all(left.map(async (path) => [basename(path), await digestOf(path, folder)] as const));
  await write(result, { schema: STORE_VERSION, ...outcome, files: Object.fromEntries(digests) } satisfies Outcome, lock);
  await rm(previousCheckpoint(folder), { force: true });
}

/** sha256 of `result.json`, which is the same for every machine that made the run. */
export async function readOutcomeDigest(folder: string): Promise<string> {
  return digestOf(runFiles(folder).result, folder);
}

/** Where a run that is made again grows, beside the finished one. */
export function freshFolder(folder: string): string {
  return `${folder}.fresh`;
}

/** Puts the finished run of `freshFolder(folder)` in the place of the old one. */
export async function replaceByFresh(folder: string, lock: HeldLock): Promise<void> {
  await lock.requireHeld();
  const old = `${folder}.old`;
  await rm(old, { recursive: true, force: true });
  if (existsSync(folder)) await rename(folder, old);
  await rename(freshFolder(folder), folder);
  await rm(old, { recursive: true, force: true });
}

/** Completes a replacement that was killed between its two renames. */
export async function recoverReplacement(folder: string): Promise<void> {
  if (!existsSync(folder) && existsSync(`${folder}.old`)) await rename(`${folder}.old`, folder);
}

/** Half-written files that `writeFileAtomic` leaves when it is killed. */
async function removeTemporaries(folder: string): Promise<void> {
  const names = await readdir(folder);
  await Promise.all(names.filter((name) => /^\..*\.tmp$/.test(name)).map((name) => rm(join(folder, name), { force: true })));
}

async function read<T>(path: string, schema: z.ZodType<T>, folder: string): Promise<T> {
  const text = (await bytesOf(path, folder)).toString('utf8');
  return parseDigested(text, { schema, version: STORE_VERSION }, path, remedy(folder));
}

async function write(path: string, value: object, lock: HeldLock): Promise<void> {
  await writeFileAtomic(path, digestedJson(value), lock.requireHeld);
}

async function digestOf(path: string, folder: string): Promise<string> {
  return sha256Of(await bytesOf(path, folder));
}

async function bytesOf(path: string, folder: string): Promise<Buffer> {
  return readFile(path).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) throw new UserError(`${path} is missing: ${remedy(folder)}`);
    throw fileError('read', path, error);
  });
}
