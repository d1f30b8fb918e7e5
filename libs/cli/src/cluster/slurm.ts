import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { RunFailed } from '../errors';
import { findProgram } from '../find-program';

/** A task of an array that Slurm has in its queue. */
export interface QueuedTask {
  /** `1234_5` */
  readonly job: string;
  readonly running: boolean;
  /** Why it waits, in Slurm's words; its state if it runs. */
  readonly reason: string;
}

/** Whether this machine can ask Slurm. */
export function hasSlurm(): boolean {
  return findProgram('sbatch') !== null && findProgram('squeue') !== null;
}

/** Submits a script; returns the job's number. Throws RunFailed with Slurm's refusal. */
export async function sbatch(script: string, dependencies: readonly string[]): Promise<string> {
  // Any outcome will do: a run whose start failed says so itself, and the others of its stage go on.
  const after = dependencies.length > 0 ? [`--dependency=afterany:${dependencies.join(':')}`] : [];
  const [job = ''] = (await slurm('sbatch', '--parsable', ...after, script)).trim().split(';');
  if (!/^\d+$/.test(job)) throw new RunFailed(`sbatch: expected the number of a job, got '${job}'`);
  return job;
}

/** One line says on how many tasks the cluster allows in an array. */
export async function maxArraySize(): Promise<number> {
  const [, size] = /^MaxArraySize\s*=\s*(\d+)/m.exec(await slurm('scontrol', 'show', 'config')) ?? [];
  return size === undefined ? DEFAULT_MAX_ARRAY : Math.max(1, Number(size));
}

/** Slurm's own default. */
export const DEFAULT_MAX_ARRAY = 1001;

const RUNNING = new Set(['RUNNING', 'COMPLETING', 'CONFIGURING', 'STAGE_OUT', 'SIGNALING']);

/** What is in the queue of arrays with these names: name, then index of the task. */
export async function squeue(names: readonly string[]): Promise<Map<string, Map<number, QueuedTask>>> {
  const queue = new Map<string, Map<number, QueuedTask>>(names.map((name) => [name, new Map<number, QueuedTask>()]));
  if (names.length === 0) return queue;
  const text = await slurm('squeue', '--array', '--noheader', `--name=${names.join(',')}`, '--format=%j|%F|%K|%T|%r');
  for (const line of text.split('\n')) {
    const [name, job, index, state, reason] = line.trim().split('|');
    if (name === undefined || state === undefined) continue;
    const running = RUNNING.has(state);
    queue.get(name)?.set(Number(index), { job: `${job}_${index}`, running, reason: running ? state : (reason ?? '') });
  }
  return queue;
}

/** How tasks ended that are no longer in the queue, in Slurm's words (`TIMEOUT`, `FAILED 1:0`): name, then index. Empty where Slurm keeps no accounts. */
export async function sacct(names: readonly string[], since: string): Promise<Map<string, Map<number, string>>> {
  const ends = new Map<string, Map<number, string>>(names.map((name) => [name, new Map<number, string>()]));
  if (names.length === 0 || findProgram('sacct') === null) return ends;
  const day = since.slice(0, 10);
  const text = await slurm(
    'sacct', '--allocations', '--noheader', '--parsable2', '--array', `--name=${names.join(',')}`, `--starttime=${day}`, '--format=JobName,JobID,State,ExitCode',
  ).catch(() => ''); // prettier-ignore
  for (const line of text.split('\n')) {
    const [name, job, state, code] = line.trim().split('|');
    const [, index] = /_(\d+)$/.exec(job ?? '') ?? [];
    if (name !== undefined && state !== undefined && index !== undefined)
      ends.get(name)?.set(Number(index), `${state} ${code ?? ''}`.trim());
  }
  return ends;
}

const MOST_OUTPUT_BYTES = 2 ** 28;

async function slurm(program: string, ...args: readonly string[]): Promise<string> {
  try {
    return (await promisify(execFile)(program, args, { maxBuffer: MOST_OUTPUT_BYTES })).stdout;
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    throw new RunFailed(
      `${program}: ${(stderr?.trim() || message)
        .split('\n')
        .at(-1)
        ?.replace(/^\w+: (error: )?/, '')}`,
    );
  }
}
