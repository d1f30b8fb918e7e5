import { fork, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '@distillery/tensor';
import { describe, expect, it } from 'vitest';
import { withLock } from '../../src/store/run-lock';
import { temporaryFolder } from '../fixtures/temporary-folder';

const lockPath = async (): Promise<string> => join(await temporaryFolder(), 'runs', 'run.lock');
const deadPid = (): number => spawnSync(process.execPath, ['-e', '']).pid;
const done = async (): Promise<string> => 'done';

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
          onWait: (holder) => {
            waits.push(holder);
            resolve();
          },
        });
      });
      await sleep(300);
    });
    expect(await second).toBe('done');
    expect(waits).toEqual([`process ${process.pid} on ${hostname()}`]);
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
    ['a killed process', () => ({ pid: deadPid(), host: hostname(), token: 'x' })],
    ['an earlier process with our number', () => ({ pid: process.pid, host: hostname(), token: 'x' })],
  ])('takes the lock of %s at once', async (_, holder) => {
    const path = await lockPath();
    await withLock(path, done);
    await writeFile(path, JSON.stringify(holder()));
    expect(await withLock(path, done)).toBe('done');
  });

  it('lets several waiters take over a dead lock without two of them working at a time', async () => {
    const path = await lockPath();
    await withLock(path, done);
    await writeFile(path, JSON.stringify({ pid: deadPid(), host: hostname(), token: 'x' }));
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

  it('believes another machine dead only after ten minutes of silence', async () => {
    const path = await lockPath();
    await withLock(path, done);
    await writeFile(path, JSON.stringify({ pid: 1, host: 'elsewhere', token: 'x' }));
    let waited = '';
    const signal = AbortSignal.timeout(500);
    await expect(withLock(path, done, { onWait: (holder) => (waited = holder), signal })).rejects.toThrow();
    expect(waited).toBe('process 1 on elsewhere');
    const longAgo = new Date(Date.now() - 11 * 60_000);
    await utimes(path, longAgo, longAgo);
    expect(await withLock(path, done)).toBe('done');
  });

  it('leaves a lock alone that others took over', async () => {
    const path = await lockPath();
    await withLock(path, () => writeFile(path, 'theirs'));
    expect(await readFile(path, 'utf8')).toBe('theirs');
  });

  it('is released when the process exits in the middle', async () => {
    const path = await lockPath();
    const script = join(await temporaryFolder(), 'hold.cjs');
    const built = JSON.stringify(join(__dirname, '../../dist/store/run-lock.js'));
    await writeFile(script, `require(${built}).withLock(${JSON.stringify(path)}, () => process.exit(0));`);
    const child = fork(script, { execArgv: [] });
    await new Promise((resolve) => child.once('exit', resolve));
    expect(existsSync(join(path, '..'))).toBe(true);
    expect(existsSync(path)).toBe(false);
  });

  it('names a folder that cannot be made', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'runs'), '');
    await expect(withLock(join(folder, 'runs', 'x', 'run.lock'), done)).rejects.toThrow(UserError);
  });
});
