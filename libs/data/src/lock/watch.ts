import { readFile, stat } from 'node:fs/promises';

/** However long this process was stopped itself between two looks, no more than this is counted as silence. */
const MOST_BETWEEN_LOOKS_MS = 1000;

/** Watches a file for signs of life. */
export interface Watch {
  /** Looks, and returns the text; null if the file is not there. */
  look(): Promise<string | null>;
  /** Milliseconds, by this process's own steady clock while it was looking, in which neither text nor time stamp of the file changed. */
  silence(): number;
}

/** Begins to watch. What the time stamp says does not matter, only whether it changes: clocks of two machines disagree, and are set. */
export function watchFile(path: string, now: () => number = () => performance.now()): Watch {
  let last: { readonly sign: string; readonly at: number } | null = null;
  let silent = 0;
  return {
    async look() {
      // Opening a file makes a network file system ask its server for it.
      const text = await readIfThere(path);
      const sign = text === null ? '' : `${await stampOf(path)} ${text}`;
      const at = now();
      silent = last?.sign === sign ? silent + Math.min(at - last.at, MOST_BETWEEN_LOOKS_MS) : 0;
      last = { sign, at };
      return text;
    },
    silence: () => silent,
  };
}

/** The text of a file; null if it is not there. */
export async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

async function stampOf(path: string): Promise<string> {
  const found = await stat(path, { bigint: true }).catch(() => null);
  return found === null ? 'gone' : `${found.ino} ${found.mtimeNs}`;
}
