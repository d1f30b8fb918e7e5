import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import type { Paper } from '@distillery/lab';
import { parseNotebook } from '@distillery/notebook';
import { PAPERS } from '@distillery/papers';
import { UserError } from '@distillery/tensor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newPaper } from '../src/papers/new-paper';
import { knownPapers } from '../src/papers/papers-option';

const ROOT = join(__dirname, '../../..');
const BIN = join(__dirname, '../bin/distillery.cjs');
const SOURCE = readFileSync(join(__dirname, 'fixtures/outside-paper.cjs'), 'utf8');
const MANIFEST = { name: 'outside', version: '1.0.0', main: 'index.js', peerDependencies: { '@distillery/lab': '*' } };
/** On a busy machine a compiler and a dozen processes take their time. */
const PATIENCE = 900_000;

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'distillery-papers-'))));
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes a package outside the repository, of files by their names. Returns its folder. */
function packageOf(name: string, files: Readonly<Record<string, string>>, manifest: object = MANIFEST): string {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'package.json'), JSON.stringify(manifest));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text);
  return path;
}

function distillery(...args: string[]) {
  const env = { ...process.env };
  delete env.DISTILLERY_DATA;
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args], { encoding: 'utf8', cwd: folder, env });
  return { status, stdout, stderr };
}

/** Executes the notebook of a paper from outside, and checks that it ends in a table of verdicts. */
function expectVerdicts(path: string, name: string): void {
  const ran = distillery('notebook', join(path, name), '--tier', 'smoke', '--papers', path, '--out', 'executed');
  expect(ran).toMatchObject({ status: 0, stdout: expect.stringContaining(name) });
  const { cells } = parseNotebook(readFileSync(join(folder, 'executed', name), 'utf8'), name);
  const last = cells.filter((cell) => cell.cell_type === 'code').at(-1);
  expect(JSON.stringify(last?.outputs)).toContain('claim\\tsource\\tverdict\\t');
}

const ids = async (...modules: string[]): Promise<string[]> => (await knownPapers(modules)).papers.map(({ id }) => id);
const renamed = (id: string) => SOURCE.replaceAll(/\boutside\b/g, id);

describe('papers from outside', () => {
  it('stand beside those of the repository, from a folder, a file and several modules', async () => {
    const own = Object.keys(PAPERS);
    expect(await ids()).toEqual(own);
    const first = packageOf('first', { 'index.js': SOURCE, 'again.cjs': renamed('again') });
    expect(await ids(first)).toEqual([...own, 'outside']);
    expect(await ids(first, join(first, 'again.cjs'))).toEqual([...own, 'outside', 'again']);
  });

  it('may be ES modules', async () => {
    const source = SOURCE.replace("const { PLAIN, row } = require('@distillery/lab');", "import { PLAIN, row } from '@distillery/lab';");
    const path = packageOf(
      'esm',
      { 'index.mjs': source.replace('module.exports.PAPERS =', 'export const PAPERS =') },
      { ...MANIFEST, main: 'index.mjs' },
    );
    expect(await ids(path)).toContain('outside');
  });

  it('use the packages of the workbench, not copies of their own', async () => {
    const path = packageOf('linked', { 'index.js': renamed('linked') });
    expect(await ids(path)).toContain('linked');
    expect(readdirSync(join(path, 'node_modules/@distillery'))).toEqual(['lab']);
    const { PLAIN } = createRequire(BIN)('@distillery/lab') as { PLAIN: Paper['methods'][string] };
    const { papers } = await knownPapers([path]);
    expect(papers.find(({ id }) => id === 'linked')?.methods.plain?.options).toBe(PLAIN.options);
  });

  it(
    'are planned, run, reported and named in the command that makes a run again',
    () => {
      const path = packageOf('performed', { 'index.js': SOURCE });
      const planned = distillery('plan', 'outside', '--tier', 'smoke', '--engine', 'wasm', '--papers', path, '--json');
      expect((JSON.parse(planned.stdout) as { id: string }[]).map(({ id }) => id)).toEqual([
        'outside/smoke/short-x2/0',
        'outside/smoke/long-x2/0',
      ]);

      const run = distillery('run', 'outside/smoke/short-x2/0', '--engine', 'wasm', '--papers', path, '--json');
      const { provenance } = JSON.parse(run.stdout) as { provenance: { command: string } };
      // The module as seen from the checkout, wherever that lies.
      const [, named] = /run outside\/smoke\/short-x2\/0 --engine wasm --papers (\S+) --fresh/.exec(provenance.command) ?? [];
      expect(resolve(ROOT, named as string)).toBe(path);

      // Worker processes load the module themselves.
      const reproduced = distillery('reproduce', 'outside', '--engine', 'wasm', '--jobs', '1', '--papers', path);
      expect(reproduced).toMatchObject({ status: 0, stdout: expect.stringContaining('1 runs finished, 1 were finished before, 0 failed') });
      expect(existsSync(join(folder, 'reports/outside.html'))).toBe(true);

      rmSync(join(folder, 'reports/outside.html'));
      expect(distillery('report', '--papers', path).status).toBe(0);
      expect(readFileSync(join(folder, 'reports/index.html'), 'utf8')).toContain('A paper from outside');
      expect(existsSync(join(folder, 'reports/outside.html'))).toBe(true);

      const listed = JSON.parse(distillery('list', '--papers', path, '--json').stdout) as { papers: { id: string }[] };
      expect(listed.papers.map(({ id }) => id)).toContain('outside');
    },
    PATIENCE,
  );

  it('are known without --papers to nobody', () => {
    const { status, stderr } = distillery('plan', 'outside', '--tier', 'smoke');
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining("unknown paper 'outside'") });
  });
});

/** Broken modules, and what the one line says. */
const BROKEN: Readonly<Record<string, [files: Readonly<Record<string, string>>, says: RegExp, manifest?: object]>> = {
  'does not parse': [{ 'index.js': 'exports.PAPERS = {' }, /does not load: /],
  'needs a package that is not there': [
    { 'index.js': "require('no-such-package')" },
    /does not load: Cannot find module 'no-such-package'/,
  ],
  throws: [{ 'index.js': "throw new Error('no luck\\ntoday')" }, /does not load: no luck$/],
  'exports nothing': [{ 'index.js': '' }, /exports no papers; expected PAPERS/],
  'exports no papers': [{ 'index.js': 'exports.PAPERS = {}' }, /exports no papers; expected PAPERS/],
  'exports something else': [{ 'index.js': "exports.PAPERS = { outside: 'a paper' }" }, /paper 'outside' is not as expected/],
  'repeats the id of a paper here': [{ 'index.js': renamed('csd') }, /the paper 'csd' is there already, from this repository/],
  'names a paper otherwise than its id': [
    { 'index.js': SOURCE.replace('{ outside }', '{ other: outside }') },
    /has the paper 'outside' under the name 'other'/,
  ],
  'names an unknown arm': [
    { 'index.js': SOURCE.replace("arm: 'long', network", "arm: 'lang', network") },
    /unknown arm 'lang', expected one of short, long/,
  ],
  'names an unknown architecture': [
    { 'index.js': SOURCE.replace("'edsr'", "'edsrr'") },
    /network\.architecture \(expected one of the architectures .*edsr/,
  ],
  'names an unknown option': [
    { 'index.js': SOURCE.replace("role: 'student' }", "role: 'student', weightDecay: 1 }") },
    /unknown entry 'weightDecay'/,
  ],
  'names an unknown method': [
    { 'index.js': SOURCE.replace("name: 'plain'", "name: 'plane'") },
    /method 'plane' is unknown, expected plain/,
  ],
  'has no main file': [{}, /expected an index\.js, or a package\.json whose "main"/],
  'has a damaged package.json': [{ 'index.js': SOURCE, 'package.json': '{' }, /package\.json is no package\.json/],
  'does not compile': [
    { 'index.ts': 'export const PAPERS: number = {};\nexport const more: string = 1;', 'tsconfig.json': '{"include":["index.ts"]}' },
    /does not compile: index\.ts, line 1: .* \(and 1 more\)$/,
  ],
};

describe('a papers module', () => {
  it.each(Object.entries(BROKEN))('that %s is refused in one line that names it', async (_, [files, says, manifest]) => {
    const path = packageOf(`broken-${Object.keys(BROKEN).indexOf(_)}`, files, manifest);
    const error: unknown = await knownPapers([path]).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).toMatch(says);
    expect((error as UserError).message).toContain(path);
    expect((error as UserError).message).not.toContain('\n');
  });

  it('given twice is refused', async () => {
    const path = packageOf('twice', { 'index.js': SOURCE });
    await expect(knownPapers([path, path])).rejects.toThrow(/the paper 'outside' is there already, from papers module/);
  });

  it('makes a command fail with exit code 2 and one line', () => {
    const missing = distillery('plan', '--tier', 'smoke', '--papers', './nowhere');
    expect(missing).toEqual({
      status: 2,
      stdout: '',
      stderr: 'distillery: papers module ./nowhere: no such folder, file or installed package\n',
    });
    const source = distillery('report', '--papers', join(__dirname, 'papers-from-outside.test.ts'));
    expect(source.status).toBe(2);
    expect(source.stderr).toMatch(
      /^distillery: papers module [^\n]*: expected a JavaScript file \(\.js, \.cjs, \.mjs\), or the folder of a TypeScript project\n$/,
    );
  });
});

const EXAMPLES = join(__dirname, '../../../examples');

describe.each(readdirSync(EXAMPLES))('the example %s', (name) => {
  it.each(readdirSync(join(EXAMPLES, name)).filter((file) => file.endsWith('.ipynb')))(
    'has a notebook, %s, that runs to its verdicts',
    (notebook) => {
      // A copy, because runs are kept beside the notebook.
      const path = join(folder, 'examples', name);
      cpSync(join(EXAMPLES, name), path, {
        recursive: true,
        filter: (source) => !['node_modules', 'dist', 'runs', 'reports'].includes(basename(source)),
      });
      expectVerdicts(path, notebook);
    },
    PATIENCE,
  );
});

describe('the example of a paper from outside', () => {
  const EXAMPLE = join(EXAMPLES, 'mtkd');

  it(
    'is planned, run in worker processes and reported, though nothing in here knows it',
    () => {
      const planned = distillery('plan', 'mtkd', '--tier', 'smoke', '--engine', 'onnx', '--papers', EXAMPLE, '--json');
      const stages = (JSON.parse(planned.stdout) as { id: string; stage: number }[]).map(({ id, stage }) => [id, stage]);
      const arms = ['teacher-edsr', 'teacher-rcan', 'teacher-rrdbnet', 'aggregation', 'mtkd'].map((arm) => `mtkd/smoke/${arm}-x4/0`);
      expect(stages.filter(([id]) => arms.includes(id as string)).map(([, stage]) => stage)).toEqual([0, 0, 0, 1, 2]);
      const ran = distillery(
        'reproduce',
        'mtkd',
        '--table',
        'ablation',
        '--engine',
        'onnx',
        '--jobs',
        '2',
        '--papers',
        EXAMPLE,
        '--out',
        'example',
      );
      expect(ran).toMatchObject({
        status: 0,
        stdout: expect.stringMatching(/^9 runs finished, 0 were finished before, 0 failed; training .+ s, compiling .+ s$/m),
      });
      expect(readFileSync(join(folder, 'example/reports/mtkd.html'), 'utf8')).toContain('Mean of the teachers, wavelet distance');
    },
    PATIENCE,
  );
});

describe('new paper', () => {
  it.each([
    ['My-Paper', 'lower-case letters'],
    ['csd', 'there is one of that name already'],
    ['../escape', 'lower-case letters'],
  ])('refuses the name %s', (name, says) => {
    expect(() => newPaper(name, join(folder, 'refused'), ['csd'])).toThrow(says);
    expect(existsSync(join(folder, 'refused'))).toBe(false);
  });

  it('refuses a folder with something in it, and leaves that alone', () => {
    const path = packageOf('taken', {});
    expect(() => newPaper('taken', path, [])).toThrow(/expected a folder that is not there, or empty/);
    expect(readdirSync(path)).toEqual(['package.json']);
  });

  it(
    'writes a paper that compiles, passes its tests and fits in, under its own name everywhere',
    async () => {
      const path = join(folder, 'deep-teacher');
      expect(distillery('new', 'paper', 'deep-teacher')).toMatchObject({ status: 0, stderr: '' });
      const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter(
        (entry) => entry.isFile() && !entry.parentPath.includes('node_modules'),
      );
      for (const { parentPath, name } of files) {
        expect(name).not.toMatch(/my-?paper/i);
        expect(readFileSync(join(parentPath, name), 'utf8'), name).not.toMatch(/my[-_]?paper/i);
      }
      expect(await ids(path)).toContain('deep-teacher');
      const tests = spawnSync('npm', ['test'], { cwd: path, encoding: 'utf8' });
      expect(tests.status, tests.stdout + tests.stderr).toBe(0);
      expectVerdicts(path, 'deep-teacher.ipynb');
    },
    PATIENCE,
  );
});
