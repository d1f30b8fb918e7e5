import { accessSync, constants, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileError } from '@distillery/data';

/** Where runs, results and the report live below the output folder. */
export function foldersIn(out: string): { readonly runs: string; readonly reports: string; readonly results: string } {
  return { runs: join(out, 'runs'), reports: join(out, 'reports'), results: join(out, 'reports', 'results') };
}

/** Makes the folder, before hours of work depend on it. Throws UserError if it cannot be made or written to. */
export function requireWritable(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw fileError('write to', folder, error);
  }
}
