import { INTERRUPTED, RunFailed, Terminated } from './errors';

/**
 * Runs `work` with a signal that Ctrl-C and SIGTERM abort, so that it can stop cleanly. A second Ctrl-C ends the process at once. Schedulers send SIGTERM to every
 * process of a job and a script may pass it on, so that it comes several times: only the first one counts.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const end = (reason: RunFailed): void => {
    if (stop.signal.aborted) return;
    process.stderr.write('\nStopping; finished runs and checkpoints are kept.\n');
    stop.abort(reason);
  };
  const onInterrupt = (): void => end(new RunFailed(INTERRUPTED));
  const onTerminate = (): void => end(new Terminated());
  process.once('SIGINT', onInterrupt).on('SIGTERM', onTerminate);
  try {
    return await work(stop.signal);
  } finally {
    process.off('SIGINT', onInterrupt).off('SIGTERM', onTerminate);
  }
}
