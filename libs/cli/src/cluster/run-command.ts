import { join, resolve } from 'node:path';
import { shellQuoted } from './shell';

/** What of a plan's options a run on another machine has to be given, paths in full. */
export interface RunSettings {
  readonly engine: string;
  readonly precision: string | null;
  readonly data: string | null;
  readonly papers: readonly string[];
  readonly out: string;
}

/** The same command, of this very installation. */
const BIN = join(__dirname, '..', '..', 'bin', 'distillery.cjs');

/** `node .../distillery.cjs run RUN --engine ...`, quoted for a shell. `run` is put in as it is, so that it may be a variable. `program`: the command where it is another's. */
export function runCommand(
  run: string,
  { engine, precision, data, papers, out }: RunSettings,
  more: readonly string[] = [],
  program: readonly string[] = [process.execPath, BIN],
): string {
  const options = [
    ...['--engine', engine],
    ...(precision === null ? [] : ['--precision', precision]),
    ...(data === null ? [] : ['--data', data]),
    ...papers.flatMap((module) => ['--papers', module]),
    ...['--out', resolve(out)],
    ...more,
  ];
  return [...program.map(shellQuoted), 'run', run, ...options.map(shellQuoted)].join(' ');
}
