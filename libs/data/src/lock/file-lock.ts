import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { link, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '@distillery/tensor';
import { fileError, makeFolder } from '../files';
import { describeHolder, lifeOf, parseHolder, thisProcess } from './holder';
import { readIfThere, watchFile, type Watch } from './watch';

const POLL_MS = 200;
const HEARTBEAT_MS = 30_000;
/** A holder out of sight is believed dead after this silence. A long synchronous operation is silent too, though not for so long. */
const SILENCE_MS = 10 * 60_000;
/** Breaking a dead lock takes a millisecond; whoever is out of sight and holds the right to for longer has died doing it. */
const BREAKER_MS = 10_000;

/** The lock while it is held. */
export interface HeldLock {
  /**
   * Reads the lock again: called before every write of what it protects. Throws UserError if others took it over, which happens when this process was out of
   * their sight and silent for ten minutes.
   */
  requireHeld(): Promise<void>;
}

export interface LockOptions {
  /** Told once whom the lock is waited for. */
  onWait?(holder: string): void;
  /** Ends the waiting, with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds of silence after which a holder out of sight is believed dead, and between two signs of life. */
  readonly silenceMs?: number;
  readonly heartbeatMs?: number;
}

const held = new Set<{ path: string; text: string }>();
process.on('exit', () => {
  for (const lock of held) release(lock);
});

/**
 * Runs `work` while holding the lock file `path`, so that of all processes (on machines that share the folder) only one does; others wait. The file names its
 * holder. On the same machine and in the same process namespace the kernel says whether the holder lives, and a living one keeps the lock however long it is
 * silent. Elsewhere it is believed dead when the waiting process has watched its file for ten minutes without a change. It needs of the file system only that
 * making a link or a file of a new name is atomic, as it is over NFS. Throws UserError if the folder cannot be written to.
 */
export async function withLock<T>(path: string, work: (lock: HeldLock) => Promise<T>, options: LockOptions = {}): Promise<T> {
  const { onWait, signal, silenceMs = SILENCE_MS, heartbeatMs = HEARTBEAT_MS } = options;
  const lock = { path, text: JSON.stringify(thisProcess(randomUUID())) };
  makeFolder(dirname(path));
  const watch = watchFile(path);
  const breaker = watchFile(breakerOf(path));
  for (let waited = false; !(await create(path, lock.text));) {
    signal?.throwIfAborted();
    if (await breakIfDead(path, watch, breaker, silenceMs)) continue;
    if (!waited) onWait?.(await describeWait(path, silenceMs));
    waited = true;
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
    signal?.throwIfAborted();
  }
  held.add(lock);
  const heartbeat = setInterval(() => void giveSign(lock).catch(() => undefined), heartbeatMs);
  heartbeat.unref();
  try {
    return await work({ requireHeld: () => requireHeld(lock) });
  } finally {
    clearInterval(heartbeat);
    release(lock);
    held.delete(lock);
  }
}

interface Lock {
  readonly path: string;
  readonly text: string;
}

async function requireHeld({ path, text }: Lock): Promise<void> {
  const found = await readIfThere(path);
  if (found === text) return;
  const what = found === null ? 'was removed' : `was taken over by ${describeHolder(found)}`;
  throw new UserError(`${path} ${what} while this process gave no sign of life: it stops, and writes nothing more`);
}

/** A new time stamp, by a clock that nobody sets: only that it changes matters. */
async function giveSign({ path, text }: Lock): Promise<void> {
  if ((await readIfThere(path)) !== text) return;
  const now = (performance.timeOrigin + performance.now()) / 1000;
  await utimes(path, now, now);
}

/** Makes the file with its text, at once: a second name for a complete file. False if it exists already. */
async function create(path: string, text: string): Promise<boolean> {
  if ((await stat(path).catch(() => null)) !== null) return false;
  const whole = `${path}.${randomUUID()}`;
  try {
    await writeFile(whole, text, { flag: 'wx' });
    const refusal = await link(whole, path).then(
      () => null,
      (error: NodeJS.ErrnoException) => error,
    );
    // Over NFS the answer to a link that was made can be lost: the number of links tells.
    if (refusal === null || (await stat(whole)).nlink === 2) return true;
    if (refusal.code === 'EEXIST') return false;
  } catch (error) {
    throw fileError('write', path, error);
  } finally {
    await rm(whole, { force: true }).catch(() => undefined);
  }
  return createUnlinked(path, text);
}

/** For file systems without links (FAT): the name is taken at once, and the text follows. */
async function createUnlinked(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw fileError('write', path, error);
  }
}

const breakerOf = (path: string): string => `${path}.break`;

/** Removes a lock whose holder is dead. True if the lock is worth trying again at once. */
async function breakIfDead(path: string, watch: Watch, breakerWatch: Watch, silenceMs: number): Promise<boolean> {
  const text = await watch.look();
  if (text === null) return true;
  if (!isDead(text, watch, silenceMs)) return false;
  // Of several processes that see the same dead holder, only one may remove the file: the next could hit a fresh lock.
  const breaker = breakerOf(path);
  if (!(await create(breaker, JSON.stringify(thisProcess(randomUUID()))))) {
    const other = await breakerWatch.look();
    if (other !== null && isDead(other, breakerWatch, Math.min(silenceMs, BREAKER_MS))) await rm(breaker, { force: true });
    return false;
  }
  try {
    if ((await readIfThere(path)) === text) await rm(path, { force: true });
  } finally {
    await rm(breaker, { force: true });
  }
  return true;
}

function isDead(text: string, watch: Watch, silenceMs: number): boolean {
  const holder = parseHolder(text);
  // Made but not written yet, unless it stays so.
  if (!holder) return watch.silence() > Math.min(silenceMs, BREAKER_MS);
  const life = lifeOf(holder);
  return life === 'dead' || (life === 'unknown' && watch.silence() > silenceMs);
}

async function describeWait(path: string, silenceMs: number): Promise<string> {
  const text = (await readIfThere(path)) ?? '';
  const holder = parseHolder(text);
  const outOfSight = holder !== null && lifeOf(holder) === 'unknown';
  const until = outOfSight ? `, whose lock ${path} is taken over after ${silenceMs / 60_000} minutes without a sign of life` : '';
  return `${describeHolder(text)}${until}`;
}

/** Synchronous because it also runs when the process exits. Leaves the file alone if others took us for dead and took it over. */
function release({ path, text }: Lock): void {
  try {
    if (readFileSync(path, 'utf8') === text) rmSync(path, { force: true });
  } catch {
    // Gone already: nothing to release.
  }
}
