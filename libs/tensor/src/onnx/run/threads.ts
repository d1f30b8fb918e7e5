import { availableParallelism } from 'node:os';
import { UserError } from '../../user-error';

/**
 * Threads of a compiled run: the environment's DISTILLERY_THREADS, which whoever starts several processes side by side sets to their
 * share, else as many as there are cores. Part of the engine's version, because sums depend on it. Throws UserError for a bad value.
 */
export function threadCount(): number {
  const text = process.env.DISTILLERY_THREADS;
  if (text === undefined || text === '') return availableParallelism();
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new UserError(`DISTILLERY_THREADS is '${text}'; expected a whole number of at least 1`);
  return count;
}
