import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { slurmMissing, startSlurm, type Slurm } from './fixtures/slurm';

const BIN = join(__dirname, '../bin/distillery.cjs');
const PAPER = join(__dirname, 'fixtures/cluster-paper.cjs');
/** On a busy machine everything takes its time. */
const PATIENCE = 900_000;
const missing = slurmMissing();

interface Status {
  readonly tables: readonly { readonly counts: Readonly<Record<string, number>> }[];
  readonly runs: readonly { id: string; state: string; step: number; job: string | null; reason: string | null; log: string | null }[];
}

describe.skipIf(missing !== null)(`distillery submit --slurm (${missing ?? 'Slurm in a temporary folder'})`, () => {
  let folder: string;
  let slurm: Slurm;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'distillery-slurm-'));
    slurm = await startSlurm(folder);
  }, PATIENCE);
  afterAll(async () => {
    slurm.stop();
    await sleep(500);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  function distillery(...args: string[]) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args], { encoding: 'utf8', cwd: folder, env: slurm.env });
    return { status, stdout, stderr };
  }
  const submit = (...more: string[]) =>
    distillery('submit', 'cluster', '--tier', 'smoke', '--engine', 'wasm', '--papers', PAPER, '--out', 'out', '--slurm', ...more);
  const status = (): Status => JSON.parse(distillery('status', '--out', 'out', '--json').stdout) as Status;
  const counts = (): Readonly<Record<string, number>> => {
    const [table, ...others] = status().tables;
    expect(others).toEqual([]);
    return Object.fromEntries(Object.entries(table?.counts ?? {}).filter(([, count]) => count > 0));
  };

  /** The folder of an arm's run, as soon as there is one. */
  function runOf(arm: string, out = 'out'): string | undefined {
    const cell = join(folder, out, 'runs/cluster', `${arm}-x2`);
    const name = existsSync(cell) ? readdirSync(cell).find((each) => /-[0-9a-f]{12}$/.test(each)) : undefined;
    return name === undefined ? undefined : join(cell, name);
  }
  function stepsOf(arm: string): number {
    const path = join(runOf(arm) ?? folder, 'metrics.jsonl');
    return existsSync(path) ? readFileSync(path, 'utf8').split('\n').length - 1 : 0;
  }
  const queue = (): string => slurm.command('squeue', '--array', '--noheader', '--format=%F_%K %T %r');
  async function until(what: string, condition: () => boolean): Promise<void> {
    for (const begin = Date.now(); !condition(); await sleep(20))
      if (Date.now() - begin > PATIENCE / 4) throw new Error(`waited in vain for ${what}; the queue:\n${queue()}`);
  }
  const sessionsOf = (arm: string): number =>
    (JSON.parse(readFileSync(join(runOf(arm) as string, 'run.json'), 'utf8')) as { sessions: unknown[] }).sessions.length;
  const determined = (run: string | undefined): string[] =>
    ['metrics.jsonl', 'validation.jsonl', 'checkpoint.safetensors', 'result.json'].map((name) =>
      readFileSync(join(run as string, name)).toString('base64'),
    );

  it(
    'comes to the bytes of a local run, whatever happens to jobs and the node, and submits again only what is missing',
    { timeout: PATIENCE },
    async () => {
      const local = ['alone', 'student'].map((arm) => {
        const args = ['run', `cluster/smoke/${arm}-x2/0`, '--engine', 'wasm', '--papers', PAPER, '--out', 'local'];
        const child = spawn(process.execPath, [BIN, ...args], { cwd: folder, env: slurm.env, stdio: 'ignore' });
        return new Promise((resolve) => child.once('close', resolve));
      });

      const plan = submit('--dry-run');
      expect(plan).toMatchObject({ status: 0, stdout: expect.stringContaining('#SBATCH --array=0-2\n') });
      expect(queue()).toBe('');
      const first = submit();
      expect(first.stdout).toMatch(/^job 1: 3 runs of stage 0,.*\njob 2: 2 runs of stage 1,.*\n5 runs submitted/);
      expect(submit().stdout).toBe('nothing to submit: every run is finished, being made or in the queue\n');

      // Preempted, and near its time limit: both leave a checkpoint and go back into the queue.
      await until('the teacher in mid-run', () => stepsOf('teacher') > 20);
      slurm.command('scontrol', 'requeue', '1_0');
      await until('the run alone in mid-run', () => stepsOf('alone') > 20);
      slurm.command('scancel', '--batch', '--signal=USR1', '1_1');
      slurm.command('scontrol', 'update', `NodeName=${slurm.node}`, 'State=DRAIN', 'Reason=test');
      await until('two tasks back in the queue', () => /1_0 PENDING/.test(queue()) && /1_1 PENDING/.test(queue()));
      for (const arm of ['teacher', 'alone']) expect(existsSync(join(runOf(arm) as string, 'checkpoint.safetensors')), arm).toBe(true);

      // A drained node begins nothing.
      for (const task of ['1_0', '1_1']) slurm.command('scontrol', 'update', `JobId=${task}`, 'StartTime=now');
      await until('the reason', () => /1_0 PENDING .*(Resources|Nodes|Node)/.test(queue()));
      const drained = status();
      expect(drained.runs.filter(({ state }) => state === 'waiting').map(({ job }) => job)).toEqual(expect.arrayContaining(['1_0', '1_1']));
      slurm.command('scontrol', 'update', `NodeName=${slurm.node}`, 'State=RESUME');

      // Killed in mid-run: the task fails, and what starts from it says so at once.
      const before = stepsOf('teacher');
      await until('the teacher again in mid-run', () => stepsOf('teacher') > before && existsSync(`${runOf('teacher')}.lock`));
      const { pid } = JSON.parse(readFileSync(`${runOf('teacher')}.lock`, 'utf8')) as { pid: number };
      process.kill(pid, 'SIGKILL');
      await until('an empty queue', () => queue() === '');
      expect(counts()).toEqual({ done: 1, failed: 4 });
      const reasons = Object.fromEntries(status().runs.map(({ id, reason }) => [id.split('/')[2], reason]));
      expect(reasons['broken-x2']).toContain('expected a finite number');
      expect(reasons['student-x2']).toContain('not started: cluster/smoke/teacher-x2/0, from which it starts, is not finished');

      const again = submit();
      expect(again.stdout).toMatch(/2 runs of stage 0,.*\n.*2 runs of stage 1,.*\n4 runs submitted/);
      await until('an empty queue', () => queue() === '');
      expect(counts()).toEqual({ done: 3, failed: 2 });
      expect([sessionsOf('teacher'), sessionsOf('alone')]).toEqual([3, 2]);
      expect(await Promise.all(local)).toEqual([0, 0]);
      for (const arm of ['teacher', 'alone', 'student']) expect(determined(runOf(arm)), arm).toEqual(determined(runOf(arm, 'local')));
    },
  );

  it('leaves a task that is cancelled out of the queue, with its checkpoint', { timeout: PATIENCE }, async () => {
    distillery('submit', 'cluster', '--tier', 'smoke', '--engine', 'wasm', '--papers', PAPER, '--out', 'cancelled', '--slurm');
    const list = (): string[] => slurm.command('squeue', '--array', '--noheader', '--format=%i').trim().split('\n');
    const [job] = list();
    const teacher = (): string | undefined => runOf('teacher', 'cancelled');
    await until(
      'the teacher in mid-run',
      () =>
        existsSync(join(teacher() ?? folder, 'metrics.jsonl')) && readFileSync(join(teacher() as string, 'metrics.jsonl')).length > 2000,
    );
    slurm.command('scancel', ...new Set([job, ...list()].map((id) => (id as string).replace(/_.*/, ''))));
    await until('an empty queue', () => queue() === '');
    expect(existsSync(join(teacher() as string, 'checkpoint.safetensors'))).toBe(true);
  });
});
