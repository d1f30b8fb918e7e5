import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** What one step took: seconds by the clock, and of processor time over all threads, which a busy machine distorts less. */
export interface StepSeconds {
  readonly clock: number;
  readonly processor: number;
  /** Largest resident memory of the process so far, in bytes. */
  readonly peakBytes: number;
}

/** A process that times one step whenever asked, so that several can take turns on a shared machine. */
export interface TimedProcess {
  /** What it had to say once it was ready. */
  readonly said: Readonly<Record<string, unknown>>;
  time(): Promise<StepSeconds>;
  stop(): void;
}

/** Starts a compiled module that answers messages, on so many threads; null if it ends before it is ready. */
export async function startNode(module: string, setup: unknown, threads: number): Promise<TimedProcess | null> {
  const env = { ...process.env, DISTILLERY_THREADS: String(threads) };
  const child = fork(module, [JSON.stringify(setup)], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], env });
  const answer = async (): Promise<unknown> => (await Promise.race([once(child, 'message'), failed(child)]))[0] as unknown;
  const said = (await answer()) as Record<string, unknown> | null;
  if (said?.ready !== true) return null;
  return {
    said,
    async time() {
      child.send('step');
      return (await answer()) as StepSeconds;
    },
    stop: () => void child.kill(),
  };
}

/** Starts a Python script that answers lines; null where Python or what it imports is missing. */
export async function startPython(script: string, args: readonly (string | number)[]): Promise<TimedProcess | null> {
  const child = spawn('python3', [script, ...args.map(String)], { stdio: ['pipe', 'pipe', 'ignore'] });
  child.on('error', () => undefined);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const first = await lines.next();
  if (first.value !== 'ready') return null;
  return {
    said: {},
    async time() {
      child.stdin.write('\n');
      const [clock, processor, peakBytes] = String((await lines.next()).value)
        .split(' ')
        .map(Number) as [number, number, number];
      return { clock, processor, peakBytes };
    },
    stop: () => void child.kill(),
  };
}

async function failed(child: ChildProcess): Promise<[null]> {
  await once(child, 'exit');
  return [null];
}
