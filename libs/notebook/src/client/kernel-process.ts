import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from '../protocol/connection';

/** How a kernel process ended. */
export interface Exit {
  /** `exit code 3`, `signal SIGKILL`. */
  readonly how: string;
  /** What the process itself, not a cell, said of it: its last line about an error, else its last line; empty if none. */
  readonly lastWords: string;
}

export interface KernelProcess {
  /** Settles when the process is gone. */
  readonly exit: Promise<Exit>;
  /** Ends the process and every process that it started. */
  kill(): void;
}

// This file's neighbour once built; the kernel process itself runs JavaScript only.
export const KERNEL_PROGRAM = join(__dirname, '..', '..', 'dist', 'kernel', 'main.js');

/** Starts the kernel program in `cwd`, as leader of its own process group. The connection file is its owner's alone, and the kernel removes it. */
export async function spawnKernel(connection: Connection, cwd: string, env: NodeJS.ProcessEnv): Promise<KernelProcess> {
  const file = join(tmpdir(), `distillery-kernel-${randomUUID()}.json`);
  await writeFile(file, JSON.stringify(connection), { mode: 0o600, flag: 'wx' });
  // Its own group: a Ctrl-C in the terminal reaches the runner alone, and one signal ends the kernel's children with it.
  const child = spawn(process.execPath, [KERNEL_PROGRAM, file, '--once'], { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });

  let words = '';
  const listen = (chunk: Buffer): void => {
    words = (words + chunk.toString()).slice(-4096);
  };
  child.stdout?.on('data', listen);
  child.stderr?.on('data', listen);

  let over = false;
  const kill = (): void => {
    try {
      // Once it is over, the number may be another process group's.
      if (child.pid !== undefined && !over) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // The whole group is gone already.
    }
  };
  process.once('exit', kill);

  const exit = new Promise<Exit>((resolve) => {
    const ended = (how: string): void => {
      over = true;
      process.off('exit', kill);
      void rm(file, { force: true }).then(() => {
        const lines = words.trim().split('\n');
        resolve({ how, lastWords: (lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1) ?? '').trim() });
      });
    };
    child.once('error', (error) => ended(error.message));
    child.once('exit', () => {
      kill();
      // A process that left the group may still hold the pipes open.
      setTimeout(() => child.stdio.forEach((stream) => stream?.destroy()), 1000).unref();
    });
    child.once('close', (code, signal) => ended(signal === null ? `exit code ${code}` : `signal ${signal}`));
  });
  return { exit, kill };
}
