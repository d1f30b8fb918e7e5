import { runCommand, type RunSettings } from './run-command';
import { shellQuoted } from './shell';

/** What a job asks Slurm for; absent: what the cluster gives by default. */
export interface SlurmRequest {
  readonly partition?: string;
  readonly gres?: string;
  readonly time?: string;
  /** Tasks of an array that run at a time. */
  readonly arrayLimit?: number;
  /** More options of sbatch, as they are: `--account=abc`. They win over ours. */
  readonly sbatch: readonly string[];
}

/** One job array: a stage of a plan, or a part of one that has more runs than an array may have. */
export interface JobArray {
  readonly name: string;
  readonly runs: number;
  /** The file with its runs, one a line: task N performs line N + 1. */
  readonly list: string;
  /** The folder of its logs. */
  readonly logs: string;
  readonly settings: RunSettings;
}

/** Before a time limit Slurm warns this early: a step, its checkpoint, and what it takes to write it. */
const WARN_SECONDS = 120;

/**
 * The batch script of an array. Near its time limit (SIGUSR1) a run is stopped with a checkpoint and the task put back into the queue. SIGTERM means that Slurm ends
 * the task itself, as it does for preemption (where it requeues by its own settings), `scontrol requeue` and `scancel`: the run stops with a checkpoint, and no more
 * is asked for. A run that was told to stop by others exits with 75, and its task is put back as well.
 */
export function slurmScript({ name, runs, list, logs, settings }: JobArray, request: SlurmRequest): string {
  const { partition, gres, time, arrayLimit } = request;
  const options = [
    `--job-name=${name}`,
    `--array=0-${runs - 1}${arrayLimit === undefined ? '' : `%${arrayLimit}`}`,
    `--output=${quoted(`${logs.replaceAll('%', '%%')}/%a.log`)}`,
    '--open-mode=append',
    '--requeue',
    `--signal=B:USR1@${WARN_SECONDS}`,
    ...['--ntasks=1', '--cpus-per-task=1'],
    ...(partition === undefined ? [] : [`--partition=${quoted(partition)}`]),
    ...(gres === undefined ? [] : [`--gres=${quoted(gres)}`]),
    ...(time === undefined ? [] : [`--time=${quoted(time)}`]),
    ...request.sbatch,
  ];
  return `#!/bin/bash
${options.map((option) => `#SBATCH ${option}`).join('\n')}

run=$(sed -n "$((SLURM_ARRAY_TASK_ID + 1))p" ${shellQuoted(list)})
echo "task \${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID on $(hostname), restart \${SLURM_RESTART_COUNT:-0}: $run"

signalled=
ended=
trap 'signalled=1; kill -TERM "$pid" 2>/dev/null' USR1
trap 'signalled=1; ended=1; kill -TERM "$pid" 2>/dev/null' TERM
${runCommand('"$run"', settings, ['--require-starts'])} &
pid=$!
wait "$pid"
code=$?
# A signal ends the waiting, not the run.
while [ -n "$signalled" ]; do
  signalled=
  wait "$pid"
  code=$?
done

# 75: stopped with a checkpoint, to be continued.
if [ "$code" = 75 ] && [ -z "$ended" ]; then
  scontrol requeue "\${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"
fi
exit "$code"
`;
}

/** As sbatch reads a value on a line of its own. */
function quoted(text: string): string {
  return /\s/.test(text) ? `"${text}"` : text;
}
