import { existsSync } from 'node:fs';
import type { PlannedRun, StoredRun, StoredRuns } from '@distillery/lab';
import { hasSlurm } from './slurm';
import { taskKey, type SubmittedPlan } from './submission';
import type { SubmittedTask, SubmittedTasks } from './submitted-tasks';

/**
 * How a planned run stands. waiting: in a scheduler's queue. failed: its task began, is no longer in the queue, and left no result. interrupted: begun, and neither
 * worked on nor in a queue. missing: none of these.
 */
export const RUN_STATES = ['done', 'running', 'waiting', 'failed', 'interrupted', 'missing'] as const;
export type RunState = (typeof RUN_STATES)[number];

export interface RunStanding {
  readonly run: PlannedRun;
  readonly state: RunState;
  readonly stored: StoredRun;
  readonly task: SubmittedTask | null;
}

/** Runs that are looked up at a time. */
const AT_A_TIME = 64;

/** Joins the runs of a plan with the store and the queue, in the plan's order. */
export async function* standings(
  runs: Iterable<PlannedRun>,
  stored: StoredRuns,
  { tasks }: SubmittedTasks,
  plan: Pick<SubmittedPlan, 'engine' | 'precision'>,
): AsyncGenerator<RunStanding> {
  const asked = hasSlurm();
  const look = async (run: PlannedRun): Promise<RunStanding> => {
    const found = await stored.look(run.spec);
    await stored.noteTime(run.spec, found);
    const task = tasks.get(taskKey(run.id, plan)) ?? null;
    return { run, state: stateOf(found, task, asked), stored: found, task };
  };
  let batch: PlannedRun[] = [];
  for (const run of runs) {
    if (batch.push(run) < AT_A_TIME) continue;
    yield* await Promise.all(batch.map(look));
    batch = [];
  }
  yield* await Promise.all(batch.map(look));
}

function stateOf({ state }: StoredRun, task: SubmittedTask | null, asked: boolean): RunState {
  if (state === 'finished') return 'done';
  if (state === 'running' || task?.queued?.running) return 'running';
  if (task?.queued || (task && !asked)) return 'waiting';
  if (task && existsSync(task.log)) return 'failed';
  return state;
}
