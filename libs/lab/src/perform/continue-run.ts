import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { fileError, type HeldLock } from '@distillery/data';
import { disposeState, readCheckpoint, writeCheckpoint, type Checkpoint } from '@distillery/distill';
import { UserError } from '@distillery/tensor';
import { METRICS, openMetricsLog, validationFormat, type MetricsLog } from '../store/metrics-log';
import type { MetricsLine, ValidationLine } from '../store/run-files';
import { checkpointsIn, previousCheckpoint, remedy, runFiles } from '../store/run-store';
import type { StreamStates } from './batch-streams';
import type { PreparedRun } from './prepare-run';
import { validateEvery } from '../experiment/validate-every';

/** What a checkpoint holds besides the method's state. */
export interface Extra extends StreamStates {
  readonly hash: string;
  /** Digests of the logs up to the checkpoint's step. */
  readonly logs: { readonly metrics: string; readonly validation?: string };
}

export type RunCheckpoint = Checkpoint & { readonly extra: Extra };

/** Where a run's training goes on. */
export interface Continued {
  /** Null: it begins. */
  readonly saved: RunCheckpoint | null;
  readonly metrics: MetricsLog<MetricsLine>;
  readonly validation: MetricsLog<ValidationLine> | null;
  /** What is wrong with the last checkpoint, if the one before is used in its place. */
  readonly damage: string | null;
}

/**
 * Opens what a run left in its folder, to continue from its last checkpoint, or from the one before if that one or the logs up to it are damaged. Throws
 * UserError naming the first damaged file if neither can be used.
 */
export async function continueRun(run: PreparedRun, folder: string): Promise<Continued> {
  const paths = checkpointsIn(folder);
  if (paths.length === 0) return { saved: null, ...openLogs(run, folder, null), damage: null };
  let damage: UserError | null = null;
  for (const path of paths) {
    try {
      const saved = await readRunCheckpoint(folder, run.hash, path);
      return { saved, ...openLogs(run, folder, saved), damage: damage?.message ?? null };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      damage ??= error;
    }
  }
  throw damage as UserError;
}

function openLogs(run: PreparedRun, folder: string, saved: RunCheckpoint | null): Pick<Continued, 'metrics' | 'validation'> {
  const files = runFiles(folder);
  const { recipe } = run.spec;
  const from = (log: keyof Extra['logs']) => saved && { step: saved.step, digest: saved.extra.logs[log] ?? '' };
  try {
    const metrics = openMetricsLog(files.metrics, METRICS, from('metrics'), remedy(folder));
    if (!run.validate) return { metrics, validation: null };
    try {
      const format = validationFormat(validateEvery(recipe), recipe.schedule.steps);
      return { metrics, validation: openMetricsLog(files.validation, format, from('validation'), remedy(folder)) };
    } catch (error) {
      metrics.close();
      throw error;
    }
  } catch (error) {
    if (saved) disposeState(saved.state);
    throw error;
  }
}

/** Writes a run's checkpoint and keeps the one before. Throws UserError if the run's lock is lost; nothing is written then. */
export async function writeRunCheckpoint(folder: string, checkpoint: RunCheckpoint, lock: HeldLock): Promise<void> {
  const { checkpoint: path } = runFiles(folder);
  await writeCheckpoint(path, checkpoint, async () => {
    await lock.requireHeld();
    if (existsSync(path)) await rename(path, previousCheckpoint(folder));
  }).catch((error: unknown) => {
    throw fileError('write', path, error);
  });
}

/** A checkpoint of a run, the last one unless another is asked for. Throws UserError naming the file if it is missing, damaged or of another run. */
export async function readRunCheckpoint(folder: string, hash: string, path = runFiles(folder).checkpoint): Promise<RunCheckpoint> {
  const saved = await readCheckpoint(path).catch((error: unknown) => {
    throw error instanceof UserError ? new UserError(`${error.message}: ${remedy(folder)}`) : error;
  });
  const extra = saved.extra as Partial<Extra> | null;
  if (extra?.hash === hash) return { ...saved, extra: extra as Extra };
  disposeState(saved.state);
  throw new UserError(`${path} is of another run: ${remedy(folder)}`);
}
