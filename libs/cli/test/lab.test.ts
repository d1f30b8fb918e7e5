import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const BIN = join(__dirname, '../bin/distillery.cjs');

// A stand-in for JupyterLab that says what it was started with. A script with a shebang is no program on Windows.
describe.skipIf(process.platform === 'win32')('distillery lab (skipped on Windows)', () => {
  let folder = '';
  const at = (...parts: string[]): string => join(folder, ...parts);
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'distillery-lab-'));
    mkdirSync(at('bin'));
    mkdirSync(at('images'));
    const program = `#!${process.execPath}
require('node:fs').writeFileSync(${JSON.stringify(at('started.json'))}, JSON.stringify({ given: process.argv.slice(2), data: process.env.DISTILLERY_DATA ?? null }));
process.exitCode = process.argv.includes('--fail') ? 3 : 0;
`;
    writeFileSync(at('bin', 'jupyter-lab'), program);
    chmodSync(at('bin', 'jupyter-lab'), 0o755);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function lab(...args: string[]) {
    const env = { ...process.env, PATH: [at('bin'), process.env['PATH']].join(delimiter), JUPYTER_DATA_DIR: at('jupyter') };
    delete (env as NodeJS.ProcessEnv)['DISTILLERY_DATA'];
    return spawnSync(process.execPath, [BIN, 'lab', ...args], { encoding: 'utf8', cwd: folder, env });
  }
  const started = () => JSON.parse(readFileSync(at('started.json'), 'utf8')) as { given: string[]; data: string | null };

  it('registers the kernel of this installation, says so, and opens the notebooks', () => {
    const { status, stdout } = lab();
    expect(status).toBe(0);
    expect(stdout).toBe(`kernel: ${at('jupyter', 'kernels', 'distillery')}, from now on of this installation\n`);
    expect(JSON.parse(readFileSync(at('jupyter', 'kernels', 'distillery', 'kernel.json'), 'utf8'))).toMatchObject({
      language: 'typescript',
    });
    expect(started()).toEqual({ given: [join(__dirname, '../../../notebooks')], data: null });
  });

  it('hands the data folder to the notebooks as an absolute path, and options that are not ours to JupyterLab', () => {
    expect(lab('--no-browser', '--data', 'images', '--port=9').status).toBe(0);
    expect(started()).toMatchObject({ given: [expect.any(String), '--no-browser', '--port=9'], data: at('images') });
    expect(lab('--', '--no-browser').status).toBe(0);
    expect(started().given.slice(1)).toEqual(['--no-browser']);
  });

  it('refuses a data folder that is not there before anything starts', () => {
    rmSync(at('started.json'), { force: true });
    const { status, stderr } = lab('--data', 'missing');
    expect([status, stderr]).toEqual([2, 'distillery: --data: missing is no folder; expected the folder that holds the datasets\n']);
    expect(started).toThrow();
  });

  it('ends as JupyterLab ends', () => {
    const { status, stderr } = lab('--fail');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^distillery: jupyter lab ended with exit code 3/);
  });
});
