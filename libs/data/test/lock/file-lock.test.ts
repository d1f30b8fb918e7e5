import { fork, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withLock, type LockOptions } from '@distillery/data';
import { UserError } from '@distillery/tensor';
import { afterEach, describe, expect, it } from 'vitest';
import { lifeOf, parseHolder, thisProcess } from '../../src/lock/holder';
import { watchFile } from '../../src/lock/watch';

const folders: string[] = [];
const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'distillery-lock-'));
  folders.push(folder);
  return folder;
}

async function lockPath(): Promise<string> {
  const path = join(await temporaryFolder(), 'runs', 'run.lock');
  await mkdir(dirname(path));
  return path;
}

const done = async (): Promise<string> => 'done';
const dead = () => ({ ...thisProcess('x'), pid: spawnSync(process.execPath, ['-e', '']).pid });
/** Out of sight: another start of this or another machine. */
const elsewhere = () => ({ ...thisProcess('x'), pid: 1, host: 'elsewhere', boot: 'another' });

/** A process that takes the lock, gives a sign of life every so many milliseconds, and tells its parent whether it still holds it when asked. */
const HOLD = `
const { withLock } = require(${JSON.stringify(join(__dirname, '../../dist/lock/file-lock.js'))});
const [, , path, heartbeatMs] = process.argv;
withLock(path, async ({ requireHeld }) => {
  process.stdout.write('held\\n');
  for await (const _ of process.stdin)
    process.stdout.write((await requireHeld().then(() => 'mine', (error) => error.message)) + '\\n');
}, { heartbeatMs: Number(heartbeatMs) });
`;

/** Starts a holder by a command that runs node, and waits until it holds the lock. `ask` says what it believes. */
async function holder(path: string, heartbeatMs: number, command: readonly string[] = []) {
  const script = join(dirname(path), 'hold.cjs');
  await writeFile(script, HOLD);
  const [program = '', ...args] = [...command, process.execPath, script, path, String(heartbeatMs)];
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const line = (): Promise<string> =>
    new Promise((resolve) => child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().trim())));
  expect(await line()).toBe('held');
  const ask = (): Promise<string> => {
    const answer = line();
    child.stdin.write('?');
    return answer;
  };
  return { child, ask };
}

/** Whether the lock can be had within the time. */
async function taken(path: string, withinMs: number, options: LockOptions = {}): Promise<boolean> {
  const signal = AbortSignal.timeout(withinMs);
  return withLock(path, done, { ...options, signal }).then(
    () => true,
    () => false,
  );
}

const canUnshare = spawnSync('unshare', ['-pf', '--mount-proc', 'true']).status === 0;

describe('withLock', () => {
  it('lets one at a time work', async () => {
    const path = await lockPath();
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, ++inside);
      await sleep(20);
      inside--;
    };
    await Promise.all(Array.from({ length: 4 }, () => withLock(path, work)));
    expect(most).toBe(1);
    expect(existsSync(path)).toBe(false);
  });

  it('tells once whom it waits for', async () => {
    const path = await lockPath();
    const waits: string[] = [];
    let second = Promise.resolve('');
    await withLock(path, async () => {
      await new Promise<void>((resolve) => {
        second = withLock(path, done, {
          onWait: (name) => {
            waits.push(name);
            resolve();
          },
        });
      });
      await sleep(300);
    });
    expect(await second).toBe('done');
    expect(waits).toEqual([`process ${process.pid} on ${hostname()}`]);
  });

  it('stops waiting with the reason of the signal', async () => {
    const path = await lockPath();
    await withLock(path, async () => {
      const stop = new AbortController();
      const second = withLock(path, done, { signal: stop.signal, onWait: () => setTimeout(() => stop.abort(new Error('enough')), 10) });
      await expect(second).rejects.toThrow('enough');
    });
  });

  it('is free again after a failure', async () => {
    const path = await lockPath();
    const failing = withLock(path, async () => {
      throw new Error('lost');
    });
    await expect(failing).rejects.toThrow('lost');
    expect(await withLock(path, done)).toBe('done');
  });

  it.each([
    ['a killed process', dead],
    ['an earlier process with our number', () => ({ ...thisProcess('x'), started: '1' })],
  ])('takes the lock of %s at once', async (_, of) => {
    const path = await lockPath();
    await writeFile(path, JSON.stringify(of()));
    expect(await taken(path, 5000)).toBe(true);
  });

  it('lets several waiters take over a dead lock without two of them working at a time', async () => {
    const path = await lockPath();
    await writeFile(path, JSON.stringify(dead()));
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, ++inside);
      await sleep(5);
      inside--;
    };
    await Promise.all(Array.from({ length: 8 }, () => withLock(path, work)));
    expect(most).toBe(1);
  });

  it('goes on where one that was breaking a dead lock died', async () => {
    const path = await lockPath();
    await writeFile(path, JSON.stringify(dead()));
    await writeFile(`${path}.break`, JSON.stringify(dead()));
    expect(await taken(path, 5000)).toBe(true);
  });

  it('takes the lock of a killed process that nobody has waited for', async () => {
    const path = await lockPath();
    // The shell stops itself before its child ends, which so stays a zombie.
    const shell = spawn('sh', ['-c', 'sleep 0.3 & echo $!; kill -STOP $$'], { stdio: ['ignore', 'pipe', 'ignore'] });
    children.push(shell);
    const pid = Number(await new Promise((resolve) => shell.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString()))));
    const state = (): string => /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'latin1'))?.[1] as string;
    while (state() !== 'Z') await sleep(10);
    const started = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ')[19] as string;
    await writeFile(path, JSON.stringify({ ...thisProcess('x'), pid, started }));
    expect(await taken(path, 5000)).toBe(true);
  });

  it('is released when the process exits in the middle', async () => {
    const path = await lockPath();
    const script = join(await temporaryFolder(), 'hold.cjs');
    const built = JSON.stringify(join(__dirname, '../../dist/lock/file-lock.js'));
    await writeFile(script, `require(${built}).withLock(${JSON.stringify(path)}, () => process.exit(0));`);
    const child = fork(script, { execArgv: [] });
    await new Promise((resolve) => child.once('exit', resolve));
    expect(existsSync(dirname(path))).toBe(true);
    expect(existsSync(path)).toBe(false);
  });

  it('names a folder that cannot be made', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'runs'), '');
    await expect(withLock(join(folder, 'runs', 'x', 'run.lock'), done)).rejects.toThrow(UserError);
  });
});

describe('a living holder keeps its lock', () => {
  it('though its clock is wrong, or the time stamp of the file is hours old', async () => {
    const path = await lockPath();
    await withLock(path, async ({ requireHeld }) => {
      for (const minutes of [-60, 11, 600]) {
        const at = new Date(Date.now() + minutes * 60_000);
        await utimes(path, at, at);
        expect(await taken(path, 300)).toBe(false);
      }
      await requireHeld();
    });
  });

  it('though it is suspended for longer than the silence that is allowed', { timeout: 30_000 }, async () => {
    const path = await lockPath();
    const { child, ask } = await holder(path, 50);
    child.kill('SIGSTOP');
    expect(await taken(path, 2000, { silenceMs: 300 })).toBe(false);
    child.kill('SIGCONT');
    expect(await ask()).toBe('mine');
  });

  it.skipIf(!canUnshare)(
    'in a process namespace of its own (needs unshare), where its number means another process here',
    { timeout: 30_000 },
    async () => {
      const path = await lockPath();
      const { ask } = await holder(path, 50, ['unshare', '-pf', '--kill-child', '--mount-proc']);
      const text = await readFile(path, 'utf8');
      expect(parseHolder(text)?.host).toBe(hostname());
      expect(lifeOf(parseHolder(text) as NonNullable<ReturnType<typeof parseHolder>>)).toBe('unknown');
      expect(await taken(path, 2000, { silenceMs: 700 })).toBe(false);
      expect(await ask()).toBe('mine');
    },
  );
});

/** The library by which the program faketime makes a process see another time; null without it. */
const FAKE = spawnSync('faketime', ['-f', '+1m', 'sh', '-c', 'echo $LD_PRELOAD'], { encoding: 'utf8' }).stdout?.trim() || null;
/** Runs a command with another time on the wall; the monotonic clock counts from the machine's start and is right. Not by `faketime` itself, which would stand between us and the process. */
const wrongClock = (offset: string): string[] => ['env', `LD_PRELOAD=${FAKE}`, `FAKETIME=${offset}`, 'DONT_FAKE_MONOTONIC=1'];

describe.skipIf(FAKE === null)('a process whose clock is wrong (needs faketime)', () => {
  it.each(['+11m', '-11m'])('by %s keeps its lock, seen or out of sight', { timeout: 60_000 }, async (offset) => {
    const faked = wrongClock(offset);
    const seen = await lockPath();
    const { ask } = await holder(seen, 50, faked);
    expect(await taken(seen, 2000, { silenceMs: 500 })).toBe(false);
    expect(await ask()).toBe('mine');
    if (!canUnshare) return;
    const unseen = await lockPath();
    const other = await holder(unseen, 50, ['unshare', '-pf', '--kill-child', '--mount-proc', ...faked]);
    expect(await taken(unseen, 3000, { silenceMs: 1500 })).toBe(false);
    expect(await other.ask()).toBe('mine');
  });

  it.each(['+11m', '-11m'])('by %s waits for a lock that another holds', { timeout: 60_000 }, async (offset) => {
    const path = await lockPath();
    await withLock(
      path,
      async ({ requireHeld }) => {
        const script = join(dirname(path), 'take.cjs');
        await writeFile(script, HOLD.replace('heartbeatMs: Number(heartbeatMs)', 'silenceMs: 1500'));
        const [program = '', ...args] = [...wrongClock(offset), process.execPath, script, path];
        const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
        children.push(child);
        const held = new Promise((resolve) => child.stdout.once('data', () => resolve('held')));
        expect(await Promise.race([held, sleep(3000, 'waits')])).toBe('waits');
        await requireHeld();
      },
      { heartbeatMs: 50 },
    );
  });
});

describe('a holder out of sight', () => {
  it('is believed dead when it has been watched for long enough without a change, whatever the time stamp says', async () => {
    const path = await lockPath();
    await writeFile(path, JSON.stringify(elsewhere()));
    const longAgo = new Date(Date.now() - 11 * 60_000);
    await utimes(path, longAgo, longAgo);
    const waits: string[] = [];
    expect(await taken(path, 500, { onWait: (name) => waits.push(name) })).toBe(false);
    expect(waits).toEqual([`process 1 on elsewhere, whose lock ${path} is taken over after 10 minutes without a sign of life`]);
    expect(await taken(path, 5000, { silenceMs: 500 })).toBe(true);
  });

  it('lives as long as its file changes, though by a clock that stands still but for the last digit', async () => {
    const path = await lockPath();
    await writeFile(path, JSON.stringify(elsewhere()));
    let beats = 0;
    const heart = setInterval(() => void utimes(path, 1, ++beats / 1000), 100);
    expect(await taken(path, 2000, { silenceMs: 700 })).toBe(false);
    clearInterval(heart);
    expect(await taken(path, 5000, { silenceMs: 700 })).toBe(true);
  });

  it('is not silent while the watching process was stopped itself', async () => {
    const path = await lockPath();
    await writeFile(path, 'x');
    let clock = 0;
    const watch = watchFile(path, () => clock);
    await watch.look();
    clock = 3600_000;
    await watch.look();
    expect(watch.silence()).toBe(1000);
    clock += 300;
    await watch.look();
    expect(watch.silence()).toBe(1300);
    await writeFile(path, 'y');
    await watch.look();
    expect(watch.silence()).toBe(0);
  });

  it.skipIf(!canUnshare)(
    'that was suspended and loses its lock learns it before it writes (needs unshare)',
    { timeout: 30_000 },
    async () => {
      const path = await lockPath();
      const { child, ask } = await holder(path, 50, ['unshare', '-pf', '--kill-child', '--mount-proc']);
      const inner = Number(readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8'));
      process.kill(inner, 'SIGSTOP');
      const answer = await withLock(
        path,
        async () => {
          process.kill(inner, 'SIGCONT');
          return ask();
        },
        { silenceMs: 500, signal: AbortSignal.timeout(10_000) },
      );
      expect(answer).toBe(
        `${path} was taken over by process ${process.pid} on ${hostname()} while this process gave no sign of life: it stops, and writes nothing more`,
      );
    },
  );
});

describe('a holder that lost its lock', () => {
  it.each([
    ['taken over', JSON.stringify(elsewhere()), 'was taken over by process 1 on elsewhere'],
    ['removed', null, 'was removed'],
  ])('(%s) is told, and leaves alone what is there', async (_, text, what) => {
    const path = await lockPath();
    await withLock(path, async ({ requireHeld }) => {
      await requireHeld();
      if (text === null) await rm(path);
      else await writeFile(path, text);
      await expect(requireHeld()).rejects.toThrow(`${path} ${what}`);
    });
    expect(await readFile(path, 'utf8').catch(() => null)).toBe(text);
  });
});
