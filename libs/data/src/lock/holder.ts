import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** The process that holds a lock, as its file names it: by more than a number and a host name, which containers share and repeat. */
export interface Holder {
  readonly pid: number;
  readonly host: string;
  /** The kernel's id of this start of the machine; null where there is none to read. */
  readonly boot: string | null;
  /** The namespace that the process number counts in. */
  readonly namespace: string | null;
  /** When the process started, in the kernel's ticks since the machine did. */
  readonly started: string | null;
  /** Of this taking of the lock alone. */
  readonly token: string;
}

/** Whether a holder lives: proven either way, or out of sight (another machine, another container, an earlier start of the machine). */
export type Life = 'alive' | 'dead' | 'unknown';

/** This process as a holder. */
export function thisProcess(token: string): Holder {
  return { pid: process.pid, host: hostname(), ...here(), token };
}

/** Whether a holder lives, as far as the kernel that both run on can say. No clock is compared. */
export function lifeOf({ pid, boot, namespace, started }: Holder): Life {
  const mine = here();
  if (boot === null || namespace === null || boot !== mine.boot || namespace !== mine.namespace) return 'unknown';
  if (!isThere(pid)) return 'dead';
  // In a namespace without a /proc of its own, its numbers are those of other processes.
  if (statOf('self')?.pid !== process.pid) return 'unknown';
  const stat = statOf(String(pid));
  if (stat === null || started === null) return 'unknown';
  // A zombie is a dead process whose parent has not asked for its exit code. One that started at another time has been given the number since.
  return stat.started === started && !/[ZX]/.test(stat.state) ? 'alive' : 'dead';
}

/** The holder that a lock's text names; null if it names none, or is not written yet. */
export function parseHolder(text: string): Holder | null {
  try {
    const value = JSON.parse(text) as Partial<Holder> | null;
    if (typeof value?.pid !== 'number' || typeof value.host !== 'string' || typeof value.token !== 'string') return null;
    const { pid, host, token, boot = null, namespace = null, started = null } = value;
    return { pid, host, boot, namespace, started, token };
  } catch {
    return null;
  }
}

/** A lock's holder in words. */
export function describeHolder(text: string): string {
  const holder = parseHolder(text);
  return holder ? `process ${holder.pid} on ${holder.host}` : 'another process';
}

let own: Pick<Holder, 'boot' | 'namespace' | 'started'> | undefined;

function here(): Pick<Holder, 'boot' | 'namespace' | 'started'> {
  return (own ??= {
    boot: orNull(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    namespace: orNull(() => readlinkSync('/proc/self/ns/pid')),
    started: statOf('self')?.started ?? null,
  });
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** From `/proc/<pid>/stat`: the name in parentheses may hold anything, so that fields are counted from its end. Null if it cannot be read. */
function statOf(pid: string): { readonly pid: number; readonly state: string; readonly started: string } | null {
  const text = orNull(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  if (text === null) return null;
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { pid: Number.parseInt(text, 10), state: fields[0] ?? '', started: fields[19] ?? '' };
}

function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
