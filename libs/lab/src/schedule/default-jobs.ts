import { availableParallelism, totalmem } from 'node:os';
import { activeEngine } from '@distillery/tensor';

/** What a run may take: a VGG19 and a step through it. */
const BYTES_PER_RUN = 1.5 * 2 ** 30;
/** Small steps leave most of a card idle, but its memory is shared. */
const JOBS_PER_DEVICE = 4;

/**
 * How many runs are performed side by side where the user does not say, for the active engine: one for each core, as each takes one thread, and no more than
 * memory holds. On a card four, or as many as there are cores.
 */
export function defaultJobs(): number {
  const memory = Math.min(totalmem(), process.constrainedMemory() || Infinity);
  const jobs = Math.min(availableParallelism(), Math.floor(memory / BYTES_PER_RUN));
  return Math.max(1, activeEngine().device === null ? jobs : Math.min(jobs, JOBS_PER_DEVICE));
}
