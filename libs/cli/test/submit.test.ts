import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { slurmScript } from '../src/cluster/slurm-script';

const BIN = join(__dirname, '../bin/distillery.cjs');
const PAPER = join(__dirname, 'fixtures/cluster-paper.cjs');
const PATIENCE = 300_000;

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'distillery-submit-'))));
afterAll(() => rmSync(folder, { recursive: true }));

function distillery(...args: string[]) {
  // As on a machine without Slurm.
  const env: NodeJS.ProcessEnv = { ...process.env, PATH: folder };
  delete env.DISTILLERY_DATA;
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args], { encoding: 'utf8', cwd: folder, env });
  return { status, stdout, stderr };
}
const PLAN = ['cluster', '--tier', 'smoke', '--engine', 'wasm', '--papers', PAPER, '--out', 'out'];

describe('distillery submit', () => {
  it('prints a script for each stage, the later one after the earlier', { timeout: PATIENCE }, () => {
    const { status, stdout } = distillery(
      'submit',
      ...PLAN,
      '--slurm',
      '--dry-run',
      '--gres',
      'gpu:1',
      '--array-limit',
      '2',
      '--sbatch=--account=a',
    );
    expect(status).toBe(0);
    expect(stdout.match(/^#SBATCH --array=.*/gm)).toEqual(['#SBATCH --array=0-2%2', '#SBATCH --array=0-1%2']);
    expect(stdout).toMatch(/^# (distillery-\S+)-stage-1: 2 runs, --dependency=afterany: \1-stage-0$/m);
    expect(stdout.match(/^#SBATCH --(gres=gpu:1|account=a)$/gm)).toHaveLength(4);
    expect(distillery('status', '--out', 'out')).toMatchObject({ status: 2, stdout: '' });
  });

  it(
    'writes a command a line, stage by stage, of what is not finished; each performs its run; status goes by the store',
    { timeout: PATIENCE },
    () => {
      expect(distillery('submit', ...PLAN, '--jobs-file', 'jobs.txt').stdout).toBe('5 commands in jobs.txt\n');
      const lines = (): string[] => readFileSync(join(folder, 'jobs.txt'), 'utf8').split('\n').slice(0, -1);
      const arms = (): (string | undefined)[] => lines().map((line) => /cluster\/smoke\/(\w+)-x2/.exec(line)?.[1]);
      expect(arms()).toEqual(['teacher', 'alone', 'broken', 'student', 'orphan']);
      const made = spawnSync('/bin/sh', ['-c', lines()[3] as string], { cwd: tmpdir(), encoding: 'utf8' });
      expect(made.status).toBe(0);
      expect(
        distillery('submit', ...PLAN, '--jobs-file', '-')
          .stdout.trim()
          .split('\n'),
      ).toHaveLength(3);
      const { tables, secondsLeft } = JSON.parse(distillery('status', ...PLAN, '--json').stdout) as {
        tables: { counts: Record<string, number> }[];
        secondsLeft: number;
      };
      expect(tables.map(({ counts }) => counts)).toEqual([{ done: 2, running: 0, waiting: 0, failed: 0, interrupted: 0, missing: 3 }]);
      expect(secondsLeft).toBeGreaterThan(0);
    },
  );

  it.each([
    [['--slurm'], 'no sbatch'],
    [[], 'expected one of --slurm, --kubernetes and --jobs-file'],
    [['--slurm', '--dry-run', '--engine', 'auto'], '--engine auto'],
    [['--slurm', '--dry-run', '--engine', 'abacus'], "unknown engine 'abacus'"],
  ])('refuses %j in one line', { timeout: PATIENCE }, (more, words) => {
    const { status, stdout, stderr } = distillery('submit', ...PLAN, ...more);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(words);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('writes paths with spaces and percent signs as sbatch and the shell read them', () => {
    const settings = { engine: 'wasm', precision: null, data: '/a b/it’s', papers: [], out: '/o' };
    const script = slurmScript({ name: 'n', runs: 1, list: "/a b/it's.runs", logs: '/a b/50%', settings }, { sbatch: [] });
    expect(script).toContain('#SBATCH --output="/a b/50%%/%a.log"\n');
    const checked = spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' });
    expect(checked).toMatchObject({ status: 0, stderr: '' });
    expect(script).toContain(`'/a b/it'\\''s.runs'`);
  });
});
