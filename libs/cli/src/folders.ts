import { join } from 'node:path';

/** Where runs, results and the report live below the output folder. */
export function foldersIn(out: string): { readonly runs: string; readonly reports: string; readonly results: string } {
  return { runs: join(out, 'runs'), reports: join(out, 'reports'), results: join(out, 'reports', 'results') };
}
