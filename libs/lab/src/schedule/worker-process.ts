import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { RunProgress } from '../perform/progress';
import type { Failure, WorkerReply, WorkerRequest, WorkerSetup } from './worker-messages';

/** The built worker; the same from `src` and from `dist`. */
const ENTRY = join(__dirname, '..', '..', 'dist', 'schedule', 'worker.js');
const STOP_MS = 5000;
const STDERR_CHARACTERS = 4000;

export type WorkerResult =
  { readonly kind: 'done'; readonly folder: string; readonly skipped: boolean } | { readonly kind: 'failed'; readonly failure: Failure };

/** A child process that performs runs one by one. */
export interface WorkerProcess {
  /** Never rejects: a crash of the process is a failure of the run. */
  perform(request: WorkerRequest, onProgress: (progress: RunProgress) => void): Promise<WorkerResult>;
  isAlive(): boolean;
  /** Returns when the process has ended. */
  stop(): Promise<void>;
}

export function startWorker(setup: WorkerSetup): WorkerProcess {
  // The parent's flags (a debugger's port, a test runner's loader) are not the worker's.
  const child = fork(ENTRY, [JSON.stringify(setup)], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: [] });
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(-STDERR_CHARACTERS);
  });
  let alive = true;
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ? `killed by ${signal}` : `exit code ${code}`));
  }).then((how) => {
    alive = false;
    return how;
  });

  return {
    isAlive: () => alive,
    async perform(request, onProgress) {
      const answered = new Promise<WorkerResult>((resolve) => {
        child.on('message', (reply: WorkerReply) => {
          if (reply.kind === 'progress') return onProgress(reply.progress);
          child.removeAllListeners('message');
          resolve(reply);
        });
      });
      const crashed = ended.then((how): WorkerResult => {
        return { kind: 'failed', failure: { message: `its worker process ended (${how})`, stack: stderr.trim() || null } };
      });
      if (alive) child.send(request, () => undefined);
      return Promise.race([answered, crashed]);
    },
    async stop() {
      if (!alive) return;
      child.kill('SIGTERM');
      const killer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      await ended;
      clearTimeout(killer);
    },
  };
}
