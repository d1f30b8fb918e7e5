import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readResults } from '@distillery/lab';

const TOOLS = join(__dirname, '../../../tools/gpu');
const have = (program: string): boolean => spawnSync(program, ['--version']).status === 0;

let folder = '';
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'gpu-tools-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What the machine with the card does, on a processor with runs of seconds. */
describe.skipIf(!have('tar') || !have('xz'))('tools/gpu (tar and xz)', () => {
  it('evidence performs what is wanted and what that starts from, and merge brings it into the results', async () => {
    writeFileSync(join(folder, 'wanted.txt'), '# starts from two more\nacross/smoke/pisr-teacher-x4/0\nacross/smoke/imitation-x4/0\n');
    const node = (tool: string, ...args: string[]) =>
      execFileSync(process.execPath, [join(TOOLS, tool), ...args], { encoding: 'utf8', stdio: 'pipe' });
    const options = {
      tier: 'smoke',
      engine: 'wasm',
      jobs: '2',
      seconds: '110',
      checkpoints: '/teacher-x4/',
      out: folder,
      runs: join(folder, 'work'),
    };
    const said = node(
      'evidence.cjs',
      '--wanted',
      join(folder, 'wanted.txt'),
      ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]),
    );
    expect(said).toMatch(/: 3 of 3 runs finished, 0 failed\n$/);
    const archives = readdirSync(folder).filter((name) => name.endsWith('.xz'));
    expect(archives.map((name) => name.replace(/-[0-9a-f]{12}\./, '.'))).toEqual([
      'evidence-1.tar.xz',
      'evidence-checkpoint-across-teacher-x4-0.tar.xz',
    ]);
    const kept = execFileSync('tar', ['-tf', join(folder, archives.at(-1) as string)], { encoding: 'utf8' });
    expect(kept).toMatch(/^across\/teacher-x4\/0-\w+\/checkpoint\.safetensors\n$/);
    node('merge.cjs', join(folder, 'evidence-1.tar.xz'), '--results', join(folder, 'results'));
    const results = await readResults(join(folder, 'results'), 'smoke', 'across');
    expect(results?.runs.map(({ spec }) => spec.recipe.arm).sort()).toEqual(['imitation', 'pisr-teacher', 'teacher']);
  });

  it('names only runs that are planned', () => {
    const planned = JSON.parse(
      execFileSync(
        process.execPath,
        [join(TOOLS, '../../libs/cli/bin/distillery.cjs'), 'plan', '--tier', 'small', '--engine', 'wasm', '--seeds', '5', '--json'],
        {
          encoding: 'utf8',
          maxBuffer: 2 ** 28,
        },
      ),
    ) as { id: string }[];
    const ids = new Set(planned.map(({ id }) => id));
    for (const list of readdirSync(TOOLS).filter((name) => name.endsWith('.txt'))) {
      const wanted = readFileSync(join(TOOLS, list), 'utf8')
        .split('\n')
        .filter((line) => line.includes('/') && !line.startsWith('#'));
      expect(
        wanted.filter((id) => !ids.has(id)),
        list,
      ).toEqual([]);
      expect(wanted.length).toBeGreaterThan(0);
    }
  });
});
