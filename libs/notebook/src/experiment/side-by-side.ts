import { createRequire } from 'node:module';
import { join } from 'node:path';
import { runId, runPlan, type Paper, type PapersModule, type RunSpec, type ScheduleOptions } from '@distillery/lab';
import { Interrupted, interruptSignal, obeyInterrupt, UserError } from '@distillery/tensor';
import type { RunsUnderWay } from './runs-under-way';

/**
 * The module that other processes load a paper from: `@distillery/papers` as cells find it. null for a paper from elsewhere, or one that was changed in the notebook,
 * which only this process has.
 */
export function moduleOfPaper(paper: Paper): PapersModule | null {
  const { resolve, cache } = createRequire(join(process.cwd(), 'cell.js'));
  let entry: string;
  try {
    entry = resolve('@distillery/papers');
  } catch {
    return null;
  }
  const { PAPERS } = (cache[entry]?.exports ?? {}) as { readonly PAPERS?: Readonly<Record<string, Paper>> };
  return PAPERS?.[paper.id] === paper ? { entry, from: null } : null;
}

export type SideBySide = Pick<ScheduleOptions, 'jobs' | 'dataDir' | 'runsDir' | 'papersModules'> & RunsUnderWay;

/**
 * Performs runs in `jobs` processes at a time. Runs that start from the same one wait until one of them has made it. The first failure, and an interrupt, stops all of them: they go
 * on from their checkpoints when they are asked for again. Throws UserError as `performRun` does, and Interrupted.
 */
export async function performSideBySide(specs: readonly RunSpec[], { onProgress, onDone, ...options }: SideBySide): Promise<void> {
  const interrupt = interruptSignal();
  const failure = new AbortController();
  const signal = AbortSignal.any([failure.signal, ...(interrupt ? [interrupt] : [])]);
  const runs = specs.map((spec) => ({ id: runId(spec), stage: 0, needs: [], experiments: [], spec }));
  const outcomes = await obeyInterrupt(() =>
    runPlan(runs, {
      ...options,
      signal,
      onEvent(event) {
        if (event.kind !== 'settled') onProgress(event);
        else if (event.outcome === 'failed') failure.abort();
        else if (event.outcome !== 'interrupted') onDone();
      },
    }),
  );
  const failed = outcomes.find(({ outcome }) => outcome === 'failed');
  if (failed) {
    const message = `${failed.run.id}: ${failed.error}`;
    throw failed.stack === null ? new UserError(message) : Object.assign(new Error(message), { stack: failed.stack });
  }
  const stopped = outcomes.filter(({ outcome }) => outcome === 'interrupted');
  if (stopped.length > 0)
    throw new Interrupted(
      `interrupted in ${stopped.length} of ${runs.length} runs, which go on from their last checkpoints when they are asked for again`,
    );
}
