import { RunFailed } from './errors';

/** Runs `work` with a signal that Ctrl-C (and SIGTERM) aborts, so that it can stop cleanly. A second Ctrl-C ends the process at once. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const onSignal = (): void => {
    process.stderr.write('\nStopping; finished runs and checkpoints are kept.\n');
    stop.abort(new RunFailed('interrupted; the same command continues'));
  };
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  try {
    return await work(stop.signal);
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}
