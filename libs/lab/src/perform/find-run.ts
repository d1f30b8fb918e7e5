import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RunSpec } from '../experiment/recipe';
import { mapStarts } from '../experiment/starts';
import { ifDamaged } from '../store/fs-errors';
import { runHash, type RunIdentity } from '../store/run-hash';
import type { RunResult } from '../store/run-result';
import { isFinished, readRun } from '../store/run-store';
import { prepareRun, type PreparedRun, type RunPlace } from './prepare-run';

export interface FoundRun {
  readonly folder: string;
  readonly result: RunResult;
}

/**
 * The finished run of a recipe under a seed, or null. One of the engine asked for comes first; else one that another engine made, if all else that can change the result
 * is the same. Throws UserError as `prepareRun` does; of several, one that cannot be read is passed over.
 */
export async function findRun(spec: RunSpec, place: RunPlace): Promise<FoundRun | null> {
  const run = await prepareRun(spec, place);
  if (isFinished(run.folder)) return { folder: run.folder, result: await readRun(run.folder) };
  const cell = dirname(run.folder);
  const names = existsSync(cell) ? readdirSync(cell).filter((name) => name.startsWith(`${spec.seed}-`)) : [];
  for (const folder of names.sort().map((name) => join(cell, name))) {
    const result = isFinished(folder) ? await readRun(folder).catch(ifDamaged) : null;
    if (result && hashOn(run, result) === result.hash) return { folder, result };
  }
  return null;
}

/** The hash that the run would have on the engine of `result`. */
function hashOn(run: PreparedRun, result: RunResult): string {
  return runHash(identityOn(run, result));
}

function identityOn({ identity, starts }: PreparedRun, result: RunResult): RunIdentity {
  const { engineVersion: version, precision = 'float32' } = result.provenance;
  return {
    ...identity,
    spec: { ...identity.spec, engine: result.spec.engine },
    engine: { version, precision },
    starts: mapStarts(starts, (start) => hashOn(start, result)),
  };
}
