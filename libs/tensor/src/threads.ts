import { availableParallelism } from 'node:os';
import { UserError } from './user-error';

let asked: number | undefined;

/** Fixes the number of threads that everything compiled from now on runs on; undefined: no longer. */
export function fixThreads(threads: number | undefined): void {
  asked = threads;
}

/**
 * Threads of what is compiled for the CPU: those that `useEngine` was asked for, else the environment's DISTILLERY_THREADS, else as many as there are cores.
 * Sums of matrix products and means are split among them, so that results depend on the number. Throws UserError for a bad value.
 */
export function threadCount(): number {
  if (asked !== undefined) return asked;
  const text = process.env.DISTILLERY_THREADS;
  if (text === undefined || text === '') return availableParallelism();
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new UserError(`DISTILLERY_THREADS is '${text}'; expected a whole number of at least 1`);
  return count;
}
