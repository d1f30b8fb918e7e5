import { VERDICTS } from '@distillery/lab';
import { describe, expect, it } from 'vitest';
import { cohortsOf, type Cohort } from '../src/cohort';
import { comparisonFrame, unplacedClaims, type ComparisonRow } from '../src/comparison';
import { verdictFrame } from '../src/verdict-counts';
import { FIXTURE, SMALL_RESULTS } from './fixture';

const [cohort] = cohortsOf(FIXTURE, [SMALL_RESULTS]) as [Cohort];
const [table, negatives] = cohort.experiments as [Cohort['experiments'][number], Cohort['experiments'][number]];

async function row(arm: string, dataset = 'Set5', metric = 'psnr'): Promise<ComparisonRow> {
  const rows = (await comparisonFrame(cohort, table)).rows();
  const found = rows.filter((candidate) => candidate.arm === arm && candidate.dataset === dataset && candidate.metric === metric);
  expect(found).toHaveLength(1);
  return found[0] as ComparisonRow;
}

describe('the published-versus-ours frame', () => {
  it('is a danfo frame with a column per field', async () => {
    const frame = await comparisonFrame(cohort, table);
    expect(frame.dataFrame.shape).toEqual([frame.rows().length, frame.columns.length]);
    expect(frame.dataFrame.columns).toEqual([...frame.columns]);
    expect(Object.keys(frame.rows()[0] as object)).toEqual([...frame.columns]);
  });

  it('holds the mean over images, then seeds, and half of its t interval', async () => {
    // Images differ by 1.57 dB, seeds by 0.02 dB: image means 28.885 and 28.865 (odd length of the name: the second seed is lower).
    const alone = await row('alone');
    expect(alone.single).toBeCloseTo(28.875, 10);
    expect(alone.ensemble).toBeCloseTo(28.955, 10);
    // t(0.975, 1) = 12.7062, standard error 0.01.
    expect(alone.singleHalf).toBeCloseTo(0.127062, 6);
    expect(alone).toMatchObject({ images: 2, seeds: '0 1', published: 28.1, publishedPasses: 'x8', availability: 'published' });
    expect(alone.hashes.split(' ')).toEqual(SMALL_RESULTS.runs.slice(0, 2).map(({ hash }) => hash));
  });

  it('subtracts like from like: x8 from x8, a single pass from a single pass', async () => {
    expect((await row('alone')).difference).toBeCloseTo(28.955 - 28.1, 10);
    const teacher = await row('teacher');
    expect(teacher.publishedPasses).toBe('single');
    expect(teacher.difference).toBeCloseTo((teacher.single as number) - 28.9, 10);
  });

  it('takes no difference from another number of passes', async () => {
    const single = {
      ...SMALL_RESULTS,
      runs: SMALL_RESULTS.runs.map((run) => ({ ...run, evaluations: run.evaluations.filter((e) => !e.selfEnsemble) })),
    };
    const [only] = cohortsOf(FIXTURE, [single]) as [Cohort];
    const rows = (await comparisonFrame(only, table)).rows();
    const alone = rows.find(({ arm, metric }) => arm === 'alone' && metric === 'psnr');
    expect(alone).toMatchObject({ published: 28.1, ensemble: null, difference: null });
    expect(alone?.single).not.toBeNull();
  });

  it('takes no difference from another protocol, and shows both', async () => {
    const other = {
      ...SMALL_RESULTS,
      runs: SMALL_RESULTS.runs.map((run) => ({
        ...run,
        evaluations: run.evaluations.map((e) => ({ ...e, protocol: 'rgb-border-scale' })),
      })),
    };
    const [only] = cohortsOf(FIXTURE, [other]) as [Cohort];
    const rows = (await comparisonFrame(only, table)).rows().filter(({ arm, metric }) => arm === 'alone' && metric === 'psnr');
    expect(rows.map(({ protocol, published, ensemble, difference }) => [protocol, published, ensemble === null, difference])).toEqual([
      ['y-border-scale', 28.1, true, null],
      ['rgb-border-scale', null, false, null],
    ]);
  });

  it('never fills in what could not be verified, and keeps doubts with the value', async () => {
    expect(await row('control')).toMatchObject({ availability: 'not available', published: null, difference: null, seeds: '' });
    expect(await row('contrast')).toMatchObject({ published: 28.35, suspect: 'it looks like a typing error' });
    const unverified = { ...FIXTURE, claims: FIXTURE.claims.map((claim) => ({ ...claim, verified: false })) };
    const [only] = cohortsOf(unverified, [SMALL_RESULTS]) as [Cohort];
    expect((await comparisonFrame(only, table)).rows().map(({ published }) => published)).toEqual(
      expect.not.arrayContaining([expect.any(Number)]),
    );
  });

  it('has a row for every arm, run or not, and for published data that was not tested', async () => {
    const rows = (await comparisonFrame(cohort, table)).rows().filter(({ metric }) => metric === 'psnr');
    expect(rows.map(({ arm, dataset, seeds }) => `${arm} ${dataset} ${seeds}`)).toEqual([
      'alone Set5 0 1',
      'contrast Set5 0 1',
      'contrast Urban100 ',
      'control Set5 ',
      'teacher Set5 0 1',
    ]);
    expect((await comparisonFrame(cohort, negatives)).rows().filter(({ metric }) => metric === 'psnr')).toHaveLength(7);
  });

  it('has no LPIPS rows where nothing was measured', async () => {
    expect((await comparisonFrame(cohort, table)).rows().some(({ metric }) => metric === 'lpips')).toBe(false);
  });

  it('finds the claims that no experiment shows', () => {
    expect(unplacedClaims(cohort).map(({ id }) => id)).toEqual(['fixture/elsewhere/student/Set5/psnr']);
  });
});

describe('the verdict frame', () => {
  it('counts every claim once', async () => {
    const [directions, values] = (await verdictFrame([cohort])).rows();
    expect(directions).toMatchObject({ kind: 'directions', seeds: 2, images: 2, runs: 24, tier: 'small', engine: 'wasm' });
    const total = (counts: typeof values) => counts && VERDICTS.reduce((sum, kind) => sum + counts[kind], 0);
    expect(total(directions)).toBe(FIXTURE.directions.length);
    expect(total(values)).toBe(FIXTURE.claims.length);
  });
});
