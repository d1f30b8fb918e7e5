import { arrayFiles, readSubmissions, runsOfArray, taskKey, type Submission, type Task } from './submission';
import { hasSlurm, squeue, type QueuedTask } from './slurm';

/** A run that was submitted: where, and what the queue says of it. */
export interface SubmittedTask extends Task {
  readonly created: string;
  /** null: it is not in the queue. */
  readonly queued: QueuedTask | null;
}

export interface SubmittedTasks {
  readonly submissions: readonly Submission[];
  /** By `taskKey`: the last one, unless an earlier one is still in the queue. */
  readonly tasks: ReadonlyMap<string, SubmittedTask>;
}

/** What was submitted of a store, joined with the queue. Throws RunFailed if Slurm does not answer; without Slurm nothing is in the queue. */
export async function submittedTasks(runsDir: string): Promise<SubmittedTasks> {
  const submissions = await readSubmissions(runsDir);
  const arrays = submissions.flatMap(({ arrays }) => arrays);
  const queue = hasSlurm() ? await squeue(arrays) : null;
  const tasks = new Map<string, SubmittedTask>();
  for (const { created, plan, arrays } of submissions)
    for (const array of arrays) {
      const { logs } = arrayFiles(runsDir, array);
      for (const [index, run] of (await runsOfArray(runsDir, array)).entries()) {
        const key = taskKey(run, plan);
        const queued = queue?.get(array)?.get(index) ?? null;
        if (queued !== null || !tasks.get(key)?.queued) tasks.set(key, { array, index, log: `${logs}/${index}.log`, created, queued });
      }
    }
  return { submissions, tasks };
}
