import { readTail } from '@distillery/data';

const TAIL_BYTES = 4096;

/** The last line of a log that is not empty; null if there is none, or the log cannot be read. */
export async function lastLine(path: string): Promise<string | null> {
  const tail = await readTail(path, TAIL_BYTES).catch(() => null);
  const lines = (tail ?? '').split('\n').map((line) => line.trim());
  return lines.findLast((line) => line !== '') ?? null;
}
