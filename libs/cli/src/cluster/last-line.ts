import { open } from 'node:fs/promises';

const TAIL_BYTES = 4096;

/** The last line of a log that is not empty; null if there is none. */
export async function lastLine(path: string): Promise<string | null> {
  const file = await open(path).catch(() => null);
  if (!file) return null;
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(TAIL_BYTES), 0, TAIL_BYTES, Math.max(0, size - TAIL_BYTES));
    const lines = buffer
      .toString('utf8', 0, bytesRead)
      .split('\n')
      .map((line) => line.trim());
    return lines.findLast((line) => line !== '') ?? null;
  } finally {
    await file.close();
  }
}
