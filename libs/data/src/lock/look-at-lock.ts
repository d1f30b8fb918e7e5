import { stat } from 'node:fs/promises';
import { describeHolder, lifeOf, parseHolder, type Life } from './holder';
import { readIfThere } from './watch';

/** A lock as one look at it tells. */
export interface LockLook {
  /** `process 12 on node3` */
  readonly holder: string;
  readonly life: Life;
  /** Milliseconds since the holder's last sign of life, by two clocks: to be told to people, never to decide who may write. */
  readonly silence: number;
}

/** Looks at a lock file without wanting it; null where there is none. */
export async function lookAtLock(path: string): Promise<LockLook | null> {
  const [text, found] = [await readIfThere(path), await stat(path).catch(() => null)];
  if (text === null || found === null) return null;
  const holder = parseHolder(text);
  return { holder: describeHolder(text), life: holder ? lifeOf(holder) : 'unknown', silence: Math.max(0, Date.now() - found.mtimeMs) };
}
