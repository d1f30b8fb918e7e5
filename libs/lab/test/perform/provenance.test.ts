import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Precision } from '@distillery/tensor';
import { describe, expect, it } from 'vitest';
import { gitState, recomputeCommand } from '../../src/perform/provenance';
import { temporaryFolder } from '../fixtures/temporary-folder';
import { TINY, tinySpec } from '../fixtures/tiny';

const root = resolve(__dirname, '../../../..');
const command = (spec = tinySpec('scratch'), dataDir: string | null = null, precision: Precision = 'float32'): string =>
  recomputeCommand({ spec, engine: { version: '1', precision } }, [TINY], dataDir, join(root, 'runs/tiny/x/1-0123/run.json'));

describe('recomputeCommand', () => {
  it('names a planned run by its id', () => {
    expect(command()).toBe('npx distillery run tiny/smoke/scratch-x2/1 --engine wasm --fresh');
  });

  it('names any other run by the file that holds its spec', () => {
    const file = 'npx distillery run runs/tiny/x/1-0123/run.json --engine wasm --fresh';
    expect(command(tinySpec('scratch', { arm: 'my-own' }))).toBe(file);
    expect(command(tinySpec('scratch', { scale: 4 }))).toBe(file);
    expect(command(tinySpec('scratch', { method: { name: 'plain', changed: true } }))).toBe(file);
  });

  it('asks for the precision, where it is not the usual one', () => {
    expect(command(tinySpec('scratch'), null, 'tf32')).toMatch(/^DISTILLERY_PRECISION=tf32 npx distillery run /);
  });

  it('names a data folder from the root, or in full where it is elsewhere', () => {
    expect(command(tinySpec('scratch'), join(root, '../shared/data'))).toContain(' --data ../shared/data ');
    expect(command(tinySpec('scratch'), '/somewhere/my data')).toContain(" --data '/somewhere/my data' ");
  });
});

describe('gitState', () => {
  const git = (folder: string, ...args: string[]): string =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim();

  it('is unknown outside a repository', async () => {
    expect(await gitState(await temporaryFolder())).toEqual({ gitCommit: null, gitDirty: null });
  });

  it('gives the commit, and whether code differs from it', async () => {
    const folder = await temporaryFolder();
    git(folder, 'init', '-q');
    await mkdir(join(folder, 'libs'));
    await writeFile(join(folder, 'libs/a.ts'), '1');
    git(folder, 'add', '.');
    git(folder, 'commit', '-q', '-m', 'first');
    const gitCommit = git(folder, 'rev-parse', 'HEAD');
    expect(await gitState(folder)).toEqual({ gitCommit, gitDirty: false });
    await writeFile(join(folder, 'notes.md'), 'not code');
    expect(await gitState(join(folder, 'libs'))).toEqual({ gitCommit, gitDirty: false });
    await writeFile(join(folder, 'libs/b.ts'), '2');
    expect(await gitState(folder)).toEqual({ gitCommit, gitDirty: true });
  });
});
