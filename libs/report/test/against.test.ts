import type { ResultsFile, RunResult } from '@distillery/lab';
import { describe, expect, it } from 'vitest';
import { fits, movements, type Change } from '../src/against/movements';
import { renderReport } from '../src/render-report';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FIXTURE, NOW, SMALL_RESULTS, SMOKE_RESULTS } from './fixture';
import { documentOf } from './pages';

/** The fixture's results with the PSNR of an arm changed. */
function shifted(arm: string, by: number): ResultsFile {
  const shift = (run: RunResult): RunResult => ({
    ...run,
    evaluations: run.evaluations.map((evaluation) => ({
      ...evaluation,
      images: evaluation.images.map((image) => ({ ...image, psnr: (image.psnr as number) + by })),
    })),
  });
  return { ...SMALL_RESULTS, runs: SMALL_RESULTS.runs.map((run) => (run.spec.recipe.arm === arm ? shift(run) : run)) };
}

const without = (arm: string): ResultsFile => ({
  ...SMALL_RESULTS,
  runs: SMALL_RESULTS.runs.filter(({ spec }) => spec.recipe.arm !== arm),
});

/** The changes of claims by the last part of their id. */
function changes(now: readonly ResultsFile[], before: readonly ResultsFile[]): Record<string, Change> {
  return Object.fromEntries(movements([FIXTURE], now, before).map(({ claim, change }) => [claim.id.split('/').pop(), change]));
}

describe('two sets of results', () => {
  it('do not differ from themselves', () => {
    expect(changes([SMALL_RESULTS], [SMALL_RESULTS])).toEqual({ contrast: 'as before', sum: 'as before' });
  });

  it('moved where the mean left the earlier interval, and only there', () => {
    // The interval of the claim reaches 0.25 dB to either side.
    expect(changes([shifted('contrast', 0.5)], [SMALL_RESULTS])).toEqual({ contrast: 'moved', sum: 'as before' });
    expect(changes([shifted('contrast', -0.5)], [SMALL_RESULTS])).toEqual({ contrast: 'moved', sum: 'as before' });
    expect(changes([shifted('contrast', 0.1)], [SMALL_RESULTS])).toEqual({ contrast: 'judged otherwise', sum: 'as before' });
  });

  it('say what only one of them compares', () => {
    expect(changes([without('contrast')], [SMALL_RESULTS])).toEqual({ contrast: 'gone', sum: 'as before' });
    expect(changes([SMALL_RESULTS], [without('contrast')])).toEqual({ contrast: 'new', sum: 'as before' });
    expect(changes([SMOKE_RESULTS], [SMOKE_RESULTS])).toEqual({});
  });

  it('stand side by side on a page of their own, what moved first', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'distillery-against-'));
    const against = { name: '<b>earlier</b>', results: [shifted('sum-4', 0.5)] };
    await renderReport({ papers: [FIXTURE], results: [SMALL_RESULTS], against, outDir: dir, now: NOW });
    const page = documentOf(await readFile(join(dir, 'against.html'), 'utf8'));
    const index = documentOf(await readFile(join(dir, 'index.html'), 'utf8'));
    await rm(dir, { recursive: true });
    expect(page.querySelector('.forest-heading')?.textContent).toBe('Moved beyond the earlier 95 % interval');
    expect(page.querySelector('.forest-row')?.textContent).toContain('sum-4 beats sum-1, ×4');
    expect(page.querySelector('.answer')?.textContent?.replace(/\s+/g, ' ')).toMatch(
      /^Of 2 claims .* 1 moved beyond the earlier 95 % interval; 1 is as before\.$/,
    );
    expect(page.querySelectorAll('main > .forest .forest-rows .forest-row')).toHaveLength(1);
    expect(page.querySelector('details summary')?.textContent).toBe('1 claim as before');
    expect(page.querySelectorAll('.strip .before')).toHaveLength(2);
    expect(page.querySelectorAll('tbody tr')).toHaveLength(2);
    expect(page.querySelector('.answer code')?.textContent).toBe('<b>earlier</b>');
    expect(index.querySelector('a[href="against.html"]')?.textContent).toContain('<b>earlier</b>');
  });
});

describe('a pattern of claims', () => {
  it.each([
    ['csd/direction/a', 'csd/direction/a', true],
    ['csd/direction/a', 'csd/*', true],
    ['csd/direction/a', '*/a', true],
    ['csd/direction/a', 'csd', false],
    ['csd/direction/a', 'srkd/*', false],
    ['csd/direction.a', 'csd/direction?a', false],
    ['csd/direction/a', '*', true],
  ])('%s, %s: %s', (id, pattern, expected) => {
    expect(fits(id, pattern)).toBe(expected);
  });
});
