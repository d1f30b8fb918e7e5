import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mergeStore, performRun, readResults, readRun, resultsPath, runFiles, storeIn, updateResults, type Store } from '@distillery/lab';
import { UserError } from '@distillery/tensor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestedJson } from '../../src/json/stored-json';
import { makeEvaluation, makeResult, makeSpec } from '../fixtures/results';
import { temporaryFolder } from '../fixtures/temporary-folder';
import { determinedFiles, TINY, tinySpec } from '../fixtures/tiny';

type Full = Store & { readonly runs: string; readonly results: string };
const foldersOf = (out: string): Full => ({ runs: join(out, 'runs'), results: join(out, 'reports', 'results') });

/** A store with a finished run, and one that was interrupted. */
let made: Full;
let folder = '';
let cell = '';
let run = '';

async function copyOfMade(): Promise<Full> {
  const out = await temporaryFolder();
  await cp(made.runs, join(out, 'runs'), { recursive: true });
  return foldersOf(out);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'distillery-merge-'));
  made = foldersOf(folder);
  const place = { dataDir: null, runsDir: made.runs, papers: [TINY] };
  await performRun(tinySpec('start'), place);
  const stop = new AbortController();
  const onProgress = ({ kind }: { kind: string }): void => void (kind === 'step' && stop.abort(new Error('stopped')));
  await performRun(tinySpec('startToo'), { ...place, signal: stop.signal, onProgress }).catch(() => undefined);
  cell = join('tiny', 'start-x2');
  run = join(cell, (await readdir(join(made.runs, cell)))[0] as string);
}, 120_000);
afterAll(() => rm(folder, { recursive: true }));

describe('mergeStore', () => {
  it('copies finished runs byte for byte, gathers their results, and does nothing the second time', async () => {
    const to = foldersOf(await temporaryFolder());
    expect(await mergeStore(made, to)).toEqual({
      copied: 1,
      same: 0,
      unfinished: 1,
      written: [resultsPath(to.results, 'smoke', 'tiny')],
      refused: [],
    });
    expect(await determinedFiles(join(to.runs, run))).toEqual(await determinedFiles(join(made.runs, run)));
    expect((await readResults(to.results, 'smoke', 'tiny'))?.runs).toEqual([await readRun(join(made.runs, run))]);
    expect(await mergeStore(made, to)).toEqual({ copied: 0, same: 1, unfinished: 1, written: [], refused: [] });
    expect(await readdir(join(to.runs, cell))).toHaveLength(1);
  });

  it('gathers the finished runs of a store into its own results', async () => {
    const own = await copyOfMade();
    expect(await mergeStore({ ...own, results: null }, own)).toMatchObject({ copied: 0, same: 1, refused: [] });
    expect((await readResults(own.results, 'smoke', 'tiny'))?.runs).toHaveLength(1);
  });

  it('refuses a run of the same hash with another result by name, unless it is to replace', async () => {
    const [from, to] = [await copyOfMade(), await copyOfMade()];
    const { result } = runFiles(join(from.runs, run));
    const outcome = JSON.parse(await readFile(result, 'utf8')) as Record<string, unknown>;
    delete outcome.digest;
    await writeFile(result, digestedJson({ ...outcome, curves: { total: [[1, 0.25]] } }));
    const before = await determinedFiles(join(to.runs, run));
    const refused = await mergeStore(from, to);
    expect(refused).toMatchObject({ copied: 0, same: 0, written: [] });
    expect(refused.refused).toEqual([expect.stringMatching(/^tiny\/smoke\/start-x2\/1 \([0-9a-f]{12}\): .* different results/)]);
    expect(await determinedFiles(join(to.runs, run))).toEqual(before);
    expect(await mergeStore(from, to, { replace: true })).toMatchObject({ copied: 1, refused: [] });
    expect((await readRun(join(to.runs, run))).curves).toEqual({ total: [[1, 0.25]] });
  });

  it('puts a finished run in the place of an unfinished one, and leaves out a damaged one by name', async () => {
    const [from, to] = [await copyOfMade(), await copyOfMade()];
    await rm(runFiles(join(to.runs, run)).result);
    expect(await mergeStore(from, to)).toMatchObject({ copied: 1, refused: [] });
    await writeFile(runFiles(join(from.runs, run)).metrics, 'damaged');
    const after = await mergeStore(from, to);
    expect(after.refused).toEqual([expect.stringContaining(`${runFiles(join(from.runs, run)).metrics} is damaged`)]);
    expect((await readRun(join(to.runs, run))).hash).toBe((await readRun(join(made.runs, run))).hash);
  });

  it('takes a run without its checkpoint for a result only', async () => {
    const [from, to] = [await copyOfMade(), foldersOf(await temporaryFolder())];
    await rm(runFiles(join(from.runs, run)).checkpoint);
    expect(await mergeStore(from, to)).toMatchObject({ copied: 0, same: 0, refused: [] });
    expect(existsSync(to.runs)).toBe(false);
    expect((await readResults(to.results, 'smoke', 'tiny'))?.runs).toHaveLength(1);
  });

  it('refuses results of another hash or with other values, and takes the rest', async () => {
    const [from, to] = [await temporaryFolder(), await temporaryFolder()];
    const result = (arm: string, psnr: number, hash?: string) =>
      makeResult(makeSpec({ arm }), [makeEvaluation([psnr])], hash === undefined ? {} : { hash });
    const other = 'f'.repeat(64);
    await updateResults(to, [result('a', 30), result('b', 30), result('c', 30)]);
    await updateResults(from, [result('a', 31), result('b', 30, other), result('c', 30), result('d', 30)]);
    const { written, refused } = await mergeStore({ runs: null, results: from }, { runs: null, results: to });
    expect(written).toEqual([resultsPath(to, 'small', 'tiny')]);
    expect(refused.map((line) => /small\/a-x2|small\/b-x2.*ffffffffffff/.exec(line)?.[0])).toEqual([
      'small/a-x2',
      expect.stringContaining('small/b-x2'),
    ]);
    const runs = (await readResults(to, 'small', 'tiny'))?.runs ?? [];
    expect(runs.map(({ spec }) => spec.recipe.arm)).toEqual(['a', 'b', 'c', 'd']);
    expect(runs[0]?.evaluations[0]?.images[0]?.psnr).toBe(30);
  });
});

describe('storeIn', () => {
  it('knows the folder of a store, of its runs and of its results', async () => {
    const own = await copyOfMade();
    await mergeStore({ ...own, results: null }, own);
    const out = join(own.runs, '..');
    expect(await storeIn(out)).toEqual(own);
    expect(await storeIn(own.runs)).toEqual({ runs: own.runs, results: null });
    expect(await storeIn(own.results)).toEqual({ runs: null, results: own.results });
    await expect(storeIn(await temporaryFolder())).rejects.toThrow(UserError);
  });
});
