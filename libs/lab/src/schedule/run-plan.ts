import { EventEmitter, once } from 'node:events';
import { UserError } from '@distillery/tensor';
import { openMadeAgain } from './made-again';
import { readyRuns } from './ready-runs';
import { stepClock } from './step-clock';
import type { PapersModule } from '../experiment/load-papers';
import type { PlannedRun } from '../experiment/plan';
import type { RunProgress } from '../perform/progress';
import type { WorkerSetup } from './worker-messages';
import { startWorker, type WorkerProcess } from './worker-process';

export interface ScheduleOptions {
  /** Worker processes at a time. */
  readonly jobs: number;
  readonly dataDir: string | null;
  readonly runsDir: string;
  /** Make finished runs again; the old one is replaced once the new one is complete. After an interruption the same plan goes on with the runs that are left. */
  readonly fresh?: boolean;
  /** Where the runs' papers come from: a worker process loads them itself. */
  readonly papersModules: readonly PapersModule[];
  onEvent?(event: ScheduleEvent): void;
  /** Stops the workers; unfinished runs keep their checkpoints. */
  readonly signal?: AbortSignal;
}

/** How one run of a plan went. */
export interface RunOutcome {
  readonly run: PlannedRun;
  readonly outcome: 'finished' | 'skipped' | 'failed' | 'interrupted';
  /** The finished run's folder. */
  readonly folder: string | null;
  /** One line, if it failed. */
  readonly error: string | null;
  /** Only for failures that are not the user's. */
  readonly stack: string | null;
}

/** Where the plan stands. */
export interface Overall {
  readonly runs: number;
  /** Finished, skipped or failed. */
  readonly settled: number;
  readonly failed: number;
  /** Training steps still to do. */
  readonly stepsLeft: number;
  /** Estimate from the steps done so far; null before the first. */
  readonly secondsLeft: number | null;
}

/** Progress of a run, or its end (`settled`). */
export type ScheduleEvent = { readonly overall: Overall } & (
  RunProgress | ({ readonly kind: 'settled'; readonly id: string } & RunOutcome)
);

/**
 * Performs the runs of a plan in `jobs` worker processes, each run after those that it starts from. A run that fails (or whose
 * worker dies) does not stop the others. Returns an outcome per run, in the plan's order. Throws UserError unless jobs >= 1.
 */
export async function runPlan(runs: readonly PlannedRun[], options: ScheduleOptions): Promise<RunOutcome[]> {
  const { jobs, signal } = options;
  if (!Number.isInteger(jobs) || jobs < 1) throw new UserError(`number of jobs ${jobs}: expected a positive integer`);
  const madeAgain = options.fresh ? await openMadeAgain(options.runsDir) : null;
  const ready = readyRuns(runs);
  const outcomes = new Map<string, RunOutcome>();
  const clock = stepClock(runs, jobs);
  let failed = 0;
  const settled = new EventEmitter().setMaxListeners(jobs);

  function emit(event: RunProgress | ({ kind: 'settled'; id: string } & RunOutcome)): void {
    options.onEvent?.({ ...event, overall: { runs: runs.length, settled: outcomes.size, failed, ...clock.left() } });
  }

  function settle(run: PlannedRun, result: Partial<RunOutcome> & Pick<RunOutcome, 'outcome'>): void {
    const outcome: RunOutcome = { run, folder: null, error: null, stack: null, ...result };
    outcomes.set(run.id, outcome);
    if (outcome.outcome === 'failed') failed++;
    ready.settle(run.id);
    clock.settle(run.id);
    emit({ kind: 'settled', id: run.id, ...outcome });
    settled.emit('run');
  }

  async function perform(run: PlannedRun, worker: WorkerProcess): Promise<void> {
    const fresh = madeAgain !== null && !madeAgain.has(run.spec);
    const result = await worker.perform({ spec: run.spec, fresh }, (progress) => {
      clock.note(progress);
      emit(progress);
    });
    if (result.kind === 'done' && fresh) await madeAgain.add(run.spec);
    if (result.kind === 'done') settle(run, { outcome: result.skipped ? 'skipped' : 'finished', folder: result.folder });
    else if (signal?.aborted) settle(run, { outcome: 'interrupted' });
    else settle(run, { outcome: 'failed', error: result.failure.message, stack: result.failure.stack });
  }

  async function lane(): Promise<void> {
    let worker: WorkerProcess | null = null;
    const stop = (): void => void worker?.stop();
    signal?.addEventListener('abort', stop);
    while (ready.left() > 0 && !signal?.aborted) {
      const run = ready.take();
      if (!run) {
        await once(settled, 'run');
        continue;
      }
      const broken = run.needs.find((id) => outcomes.get(id)?.outcome === 'failed');
      if (broken !== undefined) {
        settle(run, { outcome: 'failed', error: `not started: ${broken}, from which it starts, failed` });
        continue;
      }
      if (!worker?.isAlive()) worker = startWorker(setupOf(options));
      await perform(run, worker);
    }
    signal?.removeEventListener('abort', stop);
    await worker?.stop();
  }

  await Promise.all(Array.from({ length: Math.min(jobs, runs.length) }, lane));
  for (const run of ready.rest()) settle(run, { outcome: 'interrupted' });
  if (!signal?.aborted) await madeAgain?.end();
  return runs.map(({ id }) => outcomes.get(id) as RunOutcome);
}

function setupOf({ dataDir, runsDir, papersModules }: ScheduleOptions): WorkerSetup {
  return { dataDir, runsDir, papersModules };
}
