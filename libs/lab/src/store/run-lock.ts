import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileError } from '@distillery/data';
import { hasCode, makeFolder } from './fs-errors';

const POLL_MS = 200;
const HEARTBEAT_MS = 30_000;
/** A holder on another machine, or one whose process number was given to somebody else, is believed dead after this silence. */
const SILENCE_MS = 10 * 60_000;
/** Breaking a stale lock takes a millisecond; whoever holds the right to for longer has died doing it. */
const BREAKER_MS = 10_000;

interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly token: string;
}

const held = new Set<{ path: string; text: string }>();
process.on('exit', () => {
  for (const lock of held) release(lock);
});

/**
 * Runs `work` while holding the lock file `path`, so that of all processes (on machines that share the folder) only one does.
 * Others wait, and `onWait` is called once with the name of the holder. A holder that died is detected by its process number on the same machine, by
 * ten minutes without a sign of life elsewhere. Throws UserError if the folder cannot be written to.
 */
export async function withLock<T>(path: string, work: () => Promise<T>, options: LockOptions = {}): Promise<T> {
  const lock = { path, text: JSON.stringify({ pid: process.pid, host: hostname(), token: randomUUID() } satisfies Holder) };
  await makeFolder(dirname(path));
  for (let waited = false; !(await createExclusively(path, lock.text));) {
    options.signal?.throwIfAborted();
    if (await breakIfStale(path)) continue;
    if (!waited) options.onWait?.(await describeHolder(path));
    waited = true;
    await sleep(POLL_MS, undefined, { signal: options.signal });
  }
  held.add(lock);
  const heartbeat = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => undefined), HEARTBEAT_MS);
  heartbeat.unref();
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    release(lock);
    held.delete(lock);
  }
}

export interface LockOptions {
  onWait?(holder: string): void;
  readonly signal?: AbortSignal | undefined;
}

/** False if the file exists already. */
async function createExclusively(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw fileError('write', path, error);
  }
}

/** Removes a lock whose holder is dead. True if the lock is worth trying again at once. */
async function breakIfStale(path: string): Promise<boolean> {
  const text = await readIfThere(path);
  if (text === null) return true;
  if (!(await isStale(path, text))) return false;
  // Of several processes that see the same dead holder, only one may remove the file: the next could hit a fresh lock.
  const breaker = `${path}.break`;
  if (!(await createExclusively(breaker, text))) {
    if ((await silence(breaker)) > BREAKER_MS) await rm(breaker, { force: true });
    return false;
  }
  try {
    if ((await readIfThere(path)) === text) await rm(path, { force: true });
  } finally {
    await rm(breaker, { force: true });
  }
  return true;
}

async function isStale(path: string, text: string): Promise<boolean> {
  const holder = parseHolder(text);
  // Created but not written yet, unless it has been so for long.
  if (!holder) return (await silence(path)) > BREAKER_MS;
  if (holder.host === hostname() && !isAlive(holder)) return true;
  return (await silence(path)) > SILENCE_MS;
}

/** On the same machine. Our own number on a lock that we do not hold is an earlier process': containers repeat them. */
function isAlive({ pid, token }: Holder): boolean {
  if (pid === process.pid) return [...held].some(({ text }) => text.includes(token));
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}

/** Milliseconds since the last sign of life; 0 if the file has gone. */
async function silence(path: string): Promise<number> {
  try {
    return Date.now() - (await stat(path)).mtimeMs;
  } catch {
    return 0;
  }
}

async function describeHolder(path: string): Promise<string> {
  const holder = parseHolder((await readIfThere(path)) ?? '');
  return holder ? `process ${holder.pid} on ${holder.host}` : 'another process';
}

function parseHolder(text: string): Holder | null {
  try {
    const value = JSON.parse(text) as Partial<Holder> | null;
    return typeof value?.pid === 'number' && typeof value.host === 'string' ? (value as Holder) : null;
  } catch {
    return null;
  }
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

/** Synchronous because it also runs when the process exits. Leaves the file alone if others took us for dead and took it over. */
function release({ path, text }: { readonly path: string; readonly text: string }): void {
  try {
    if (readFileSync(path, 'utf8') === text) rmSync(path, { force: true });
  } catch {
    // Gone already: nothing to release.
  }
}
