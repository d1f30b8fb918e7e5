import { fork, type ChildProcess } from 'node:child_process';
import { watch } from 'node:fs';
import { mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isFinished, runFoldersIn } from '@distillery/lab';
import { seedRng } from '@distillery/tensor';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../fixtures/temporary-folder';
import { determinedFiles } from '../fixtures/tiny';

/** How often a run is killed; the whole test is `DISTILLERY_KILLS=200 npx vitest run libs/lab/test/perform/many-kills.test.ts`. */
const KILLS = Number(process.env.DISTILLERY_KILLS ?? 5);
const SEED = Number(process.env.DISTILLERY_SEED ?? 1);
const ARM = 'scratch';

type Ending = 'finished' | 'killed' | 'refused';

/** Performs the run in a process of its own, which `kill` may end, and says how it ended. A refusal must be one line that names the remedy. */
async function perform(runsDir: string, fresh: boolean, kill?: (child: ChildProcess) => void): Promise<Ending> {
  const env = { ...process.env, ...(fresh && { TINY_FRESH: '1' }) };
  const script = join(__dirname, '../fixtures/perform.cjs');
  const child = fork(script, [ARM, runsDir], { execArgv: [], env, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  kill?.(child);
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) => child.once('close', (...how) => resolve(how)));
  if (signal === 'SIGKILL') return 'killed';
  if (code === 0) return 'finished';
  expect(stderr).toMatch(/^[^\n]*: use --fresh to make the run again[^\n]*\n$/);
  return 'refused';
}

it(
  `${KILLS} kills in random places, with files cut off and bits flipped between them, end in the same bytes`,
  { timeout: 3600_000 },
  async () => {
    const rng = seedRng(SEED).split('kills');
    const pick = (n: number): number => rng.integer(n);
    const whole = await temporaryFolder();
    const begun = performance.now();
    expect(await perform(whole, false)).toBe('finished');
    const milliseconds = performance.now() - begun;
    const expected = await determinedFiles((await runFoldersIn(whole))[0] as string);

    const ways: ((child: ChildProcess, runsDir: string) => void)[] = [
      // At any time.
      (child) => void setTimeout(() => child.kill('SIGKILL'), rng.uniform() * milliseconds),
      // At a step, or in the evaluation.
      (child) => {
        const at = 1 + pick(12);
        child.on('message', (event: { kind: string; step?: number }) => {
          if (event.kind === 'step' ? event.step === at : at > 10 && event.kind === 'evaluating') child.kill('SIGKILL');
        });
      },
      // While a file is being written, the checkpoint included.
      (child, runsDir) => {
        let left = 1 + pick(12);
        const watcher = watch(
          runsDir,
          { recursive: true },
          (_, name) => void (name?.endsWith('.tmp') && --left === 0 && child.kill('SIGKILL')),
        );
        child.once('close', () => watcher.close());
      },
    ];

    /** What was done to a file of the run, if it has any. */
    async function damage(runsDir: string): Promise<void> {
      const folders = await runFoldersIn(runsDir);
      if (folders.length === 0) return;
      const folder = folders[pick(folders.length)] as string;
      const names = (await readdir(folder)).sort();
      if (names.length === 0) return;
      const path = join(folder, names[pick(names.length)] as string);
      const bytes = await readFile(path);
      if (bytes.length === 0) return;
      const at = pick(bytes.length);
      if (rng.uniform() < 0.5) await truncate(path, at);
      else
        await writeFile(
          path,
          bytes.map((byte, i) => (i === at ? byte ^ (1 << pick(8)) : byte)),
        );
    }

    let kills = 0;
    let refusals = 0;
    let completions = 0;
    const runsDir = join(await temporaryFolder(), 'runs');
    let fresh = false;
    while (kills < KILLS) {
      await mkdir(runsDir, { recursive: true });
      const way = ways[pick(ways.length)] as (typeof ways)[number];
      const ending = await perform(runsDir, fresh, (child) => way(child, runsDir));
      if (ending === 'killed') {
        kills++;
        if (rng.uniform() < 0.3) await damage(runsDir);
      } else if (ending === 'refused') {
        refusals++;
        expect(fresh).toBe(false);
        fresh = true;
      } else {
        completions++;
        expect(await determinedFiles((await runFoldersIn(runsDir))[0] as string)).toEqual(expected);
        await rm(runsDir, { recursive: true });
        fresh = false;
      }
    }
    await mkdir(runsDir, { recursive: true });
    if ((await perform(runsDir, fresh)) === 'refused') expect(await perform(runsDir, true)).toBe('finished');
    const [folder, ...others] = await runFoldersIn(runsDir);
    expect(others).toEqual([]);
    expect(isFinished(folder as string)).toBe(true);
    expect(await determinedFiles(folder as string)).toEqual(expected);
    expect(completions + refusals).toBeLessThan(4 * KILLS);
  },
);
