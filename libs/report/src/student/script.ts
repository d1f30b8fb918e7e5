import { readFile } from 'node:fs/promises';

/**
 * The script that runs networks in a page: `DistilleryStudent` with what `browser/student.ts` exports, and the WebAssembly module that it starts from. `bundle.cjs`
 * makes it when this library is built.
 */
export function studentScript(): Promise<string> {
  return readFile(require.resolve('#student'), 'utf8');
}
