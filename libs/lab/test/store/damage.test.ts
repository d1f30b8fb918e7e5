import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { deployRun, isFinished, performRun, readResults, readRun, runFiles, updateResults, type RunSpec } from '@distillery/lab';
import { disposeParams, UserError } from '@distillery/tensor';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../fixtures/temporary-folder';
import { determinedFiles, TINY, tinySpec } from '../fixtures/tiny';

/** What can happen to a file: a bit flips, or its end is lost. `where` is the place, as a part of its length. */
const damage = fc.record({
  kind: fc.constantFrom('flip', 'cut'),
  where: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  bit: fc.nat(7),
});
type Damage = typeof damage extends fc.Arbitrary<infer D> ? D : never;

/** Damages a file and gives back what it was. */
async function damaged(path: string, { kind, where, bit }: Damage): Promise<Buffer> {
  const before = await readFile(path);
  const at = Math.floor(where * before.length);
  if (kind === 'cut') await truncate(path, at);
  else
    await writeFile(
      path,
      before.map((byte, i) => (i === at ? byte ^ (1 << bit) : byte)),
    );
  return before;
}

const place = (runsDir: string) => ({ dataDir: null, runsDir, papers: [TINY] });

async function refusal(attempt: () => Promise<unknown>): Promise<string> {
  const error: unknown = await attempt().then(
    () => new Error('it was not refused'),
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(UserError);
  const { message } = error as Error;
  expect(message).not.toContain('\n');
  expect(message).not.toMatch(/delete/i);
  return message;
}

async function folderOf({ recipe }: RunSpec, runsDir: string): Promise<string> {
  const cell = join(runsDir, recipe.paper, `${recipe.arm}-x${recipe.scale}`);
  const [run] = (await readdir(cell)).filter((name) => !name.endsWith('.lock'));
  return join(cell, run as string);
}

describe('damage to a finished run', () => {
  let runsDir: string;
  let folder: string;
  beforeAll(async () => {
    runsDir = await mkdtemp(join(tmpdir(), 'distillery-damage-'));
    await performRun(tinySpec('start'), place(runsDir));
    folder = await folderOf(tinySpec('start'), runsDir);
  });
  afterAll(() => rm(runsDir, { recursive: true }));

  const files = Object.keys(runFiles('')) as (keyof ReturnType<typeof runFiles>)[];
  it.each(files)('to its %s is refused wherever it is, in one line that names the file', async (file) => {
    const path = runFiles(folder)[file];
    await fc.assert(
      fc.asyncProperty(damage, async (what) => {
        const before = await damaged(path, what);
        expect(await refusal(() => readRun(folder))).toContain(path);
        await writeFile(path, before);
      }),
      { numRuns: 40 },
    );
    expect(isFinished(folder)).toBe(true);
    await readRun(folder);
  });

  it('is refused by all that uses the run: a run that starts from it, export, another look at it', async () => {
    const { checkpoint } = runFiles(folder);
    const before = await damaged(checkpoint, { kind: 'flip', where: 0.7, bit: 3 });
    for (const use of [
      () => performRun(tinySpec('tuned'), place(runsDir)),
      () => deployRun(folder, 'wasm', [TINY]),
      () => performRun(tinySpec('start'), place(runsDir)),
    ])
      expect(await refusal(use)).toContain(checkpoint);
    await writeFile(checkpoint, before);
    const { student } = await deployRun(folder, 'wasm', [TINY]);
    disposeParams(student?.params ?? {});
  });
});

describe('damage to an unfinished run', () => {
  it('is refused when it goes on, or ends in the bytes that it would have had', { timeout: 300_000 }, async () => {
    const spec = tinySpec('scratch');
    const [whole, half] = [await temporaryFolder(), await temporaryFolder()];
    await performRun(spec, place(whole));
    const expected = await determinedFiles(await folderOf(spec, whole));
    const stop = new AbortController();
    const interrupted = performRun(spec, {
      ...place(half),
      signal: stop.signal,
      onProgress: (event) => void (event.kind === 'step' && event.step === 9 && stop.abort(new Error('stopped'))),
    });
    await expect(interrupted).rejects.toThrow('stopped');

    const left = (await readdir(await folderOf(spec, half))).filter(
      (name) => name.endsWith('.json') || name.includes('.s') || name.endsWith('l'),
    );
    expect(left.sort()).toEqual([
      'checkpoint.previous.safetensors',
      'checkpoint.safetensors',
      'metrics.jsonl',
      'run.json',
      'timing.json',
      'validation.jsonl',
    ]);
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...left), damage, async (name, what) => {
        const runsDir = await temporaryFolder();
        await cp(half, runsDir, { recursive: true });
        const folder = await folderOf(spec, runsDir);
        await damaged(join(folder, name), what);
        const error: unknown = await performRun(spec, place(runsDir)).then(
          () => null,
          (e: unknown) => e,
        );
        if (error === null) {
          expect(await determinedFiles(folder)).toEqual(expected);
          return;
        }
        refused++;
        expect(name).not.toContain('checkpoint');
        expect(await refusal(() => Promise.reject(error as Error))).toContain(join(basename(folder), name));
      }),
      { numRuns: 30 },
    );
    expect(refused).toBeGreaterThan(5);
  });
});

describe('damage to a results file', () => {
  it('is refused in one line that names the file, or changes nothing that it says', async () => {
    const runsDir = await temporaryFolder();
    const results = join(runsDir, 'results');
    await mkdir(results);
    const result = await performRun(tinySpec('scratch'), place(runsDir));
    const [path] = (await updateResults(results, [{ ...result, crops: [] }])).written as [string];
    const intact = await readResults(results, 'smoke', 'tiny');
    expect((await stat(path)).size).toBeGreaterThan(1000);
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(damage, async (what) => {
        const before = await damaged(path, what);
        const found = await readResults(results, 'smoke', 'tiny').catch((e: unknown) => e as Error);
        await writeFile(path, before);
        if (!(found instanceof Error)) {
          expect(found).toEqual(intact);
          return;
        }
        refused++;
        expect(await refusal(() => Promise.reject(found))).toContain(path);
      }),
      { numRuns: 100 },
    );
    // The rest falls on white space, which says nothing.
    expect(refused).toBeGreaterThan(75);
  });
});
