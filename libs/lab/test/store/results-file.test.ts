import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { mergeRuns, readResults, resultsPath, TIERS, updateResults, type Crop, type RunResult } from '@distillery/lab';
import { UserError } from '@distillery/tensor';
import { describe, expect, it } from 'vitest';
import { makeEvaluation, makeRecipe, makeResult, makeSpec } from '../fixtures/results';
import { temporaryFolder } from '../fixtures/temporary-folder';

const result = (arm: string, seed = 0, psnr = 30): RunResult => makeResult(makeSpec({ arm }, seed), [makeEvaluation([psnr, psnr + 1])]);
const names = (runs: readonly RunResult[]): string[] => runs.map(({ spec }) => `${spec.recipe.arm}${spec.seed}`);

describe('updateResults', () => {
  it('reads back what it wrote, in an order that does not depend on the order of the runs', async () => {
    const [one, other] = [await temporaryFolder(), await temporaryFolder()];
    const runs = [result('b'), result('a', 10), result('a', 2), result('a')];
    const [path] = (await updateResults(one, runs)).written;
    await updateResults(other, [...runs].reverse());
    expect(path).toBe(resultsPath(one, 'small', 'tiny'));
    expect(await readFile(resultsPath(other, 'small', 'tiny'), 'utf8')).toBe(await readFile(path as string, 'utf8'));
    const file = await readResults(one, 'small', 'tiny');
    expect(names(file?.runs ?? [])).toEqual(['a0', 'a2', 'a10', 'b0']);
    expect(file?.runs[3]).toEqual(runs[0]);
  });

  it('replaces a run that was made again and keeps the others', async () => {
    const folder = await temporaryFolder();
    await updateResults(folder, [result('a'), result('b')]);
    await updateResults(folder, [result('b', 0, 35), result('c')]);
    const runs = (await readResults(folder, 'small', 'tiny'))?.runs ?? [];
    expect(names(runs)).toEqual(['a0', 'b0', 'c0']);
    expect(runs[1]?.evaluations[0]?.images[0]?.psnr).toBe(35);
  });

  it('keeps runs of another training set or engine beside each other', () => {
    const spec = makeSpec({ data: { ...makeRecipe().data, train: 'procedural' } });
    const runs = mergeRuns([result('plain')], [makeResult(spec, []), makeResult({ ...makeSpec(), engine: 'onnx' }, [])]);
    expect(runs).toHaveLength(3);
  });

  it('keeps the pictures of one seed per arm', () => {
    const crop: Crop = { dataset: 'Set5', image: 'baby', shows: 'hr', view: 'zoom', pngBase64: 'AAAA' };
    const withPicture = (run: RunResult): RunResult => ({ ...run, crops: [crop] });
    const runs = mergeRuns([], [withPicture(result('a', 1)), withPicture(result('a', 0)), withPicture(result('b', 1))]);
    expect(runs.map(({ crops }) => crops.length)).toEqual([1, 0, 1]);
    expect(mergeRuns(runs, runs)).toEqual(runs);
  });

  it('writes a file per paper and tier', async () => {
    const folder = await temporaryFolder();
    const { written: paths } = await updateResults(folder, [
      result('a'),
      makeResult(makeSpec({ tier: 'smoke' }), []),
      makeResult(makeSpec({ paper: 'other' }), []),
    ]);
    expect(paths).toEqual(['small/other.json', 'small/tiny.json', 'smoke/tiny.json'].map((name) => join(folder, name)));
  });

  it('changes one line for one changed score, and the digest of the run', async () => {
    const folder = await temporaryFolder();
    const lines = async (runs: readonly RunResult[]): Promise<string[]> => {
      const [path] = (await updateResults(folder, runs)).written;
      return (await readFile(path as string, 'utf8')).split('\n');
    };
    const before = await lines([result('a')]);
    const after = await lines([makeResult(makeSpec({ arm: 'a' }), [makeEvaluation([30, 31.5])])]);
    expect(after).toHaveLength(before.length);
    // And one for the run's digest.
    expect(after.filter((line, i) => line !== before[i])).toHaveLength(2);
  });

  it.each(['{"schema":2,', '{}', ''])('does not touch a damaged file: %j', async (damaged) => {
    const folder = await temporaryFolder();
    const path = resultsPath(folder, 'small', 'tiny');
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, damaged);
    const otherTier = makeResult(makeSpec({ arm: 'a', tier: 'smoke' }), []);
    const { written, refused } = await updateResults(folder, [result('a'), otherTier]);
    expect(refused).toHaveLength(1);
    expect(refused[0]).toContain(path);
    expect(written).toEqual([resultsPath(folder, 'smoke', 'tiny')]);
    expect(await readFile(path, 'utf8')).toBe(damaged);
  });

  it('names a folder that it cannot make', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'small'), '');
    await expect(updateResults(folder, [result('a')])).rejects.toThrow(
      new UserError(`cannot make the folder ${join(folder, 'small')}: a file stands in its way`),
    );
  });
});

describe('readResults', () => {
  it('is null where nothing was gathered', async () => {
    expect(await readResults(await temporaryFolder(), 'small', 'tiny')).toBeNull();
  });

  it('refuses a file in the wrong place', async () => {
    const folder = await temporaryFolder();
    const [path] = (await updateResults(folder, [result('a')])).written;
    await mkdir(join(folder, 'full'));
    await writeFile(resultsPath(folder, 'full', 'tiny'), await readFile(path as string));
    await expect(readResults(folder, 'full', 'tiny')).rejects.toThrow('expected tiny at the full tier');
  });

  const committed = join(__dirname, '../../../../reports/results');
  const files = TIERS.flatMap((tier) => {
    const folder = join(committed, tier);
    const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
    return names.map((name) => [tier, basename(name, '.json')] as const);
  });
  it.each(files)('reads the committed %s results of %s', async (tier, paper) => {
    expect((await readResults(committed, tier, paper))?.runs.length).toBeGreaterThan(0);
  });

  it('calls a file of a newer version that', async () => {
    const folder = await temporaryFolder();
    const [path] = (await updateResults(folder, [result('a')])).written as [string];
    await writeFile(path, '{"schema":3}');
    await expect(readResults(folder, 'small', 'tiny')).rejects.toThrow(
      new UserError(`${path} was written by a newer distillery (version 3 of its form, expected 2): use that one`),
    );
  });
});
