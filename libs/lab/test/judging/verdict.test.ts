import { claimVerdict, directionVerdict, isEvidence, TIERS, type DirectionClaim, type RunResult } from '@distillery/lab';
import { describe, expect, it } from 'vitest';
import { makeClaim, makeDirection, makeEvaluation, makeRecipe, makeResult, makeSpec } from '../fixtures/results';

/** One run per seed whose mean PSNR on Set5 is the given one. */
function fullRuns(...means: readonly number[]): RunResult[] {
  return means.map((mean, seed) => makeResult(makeSpec({ tier: 'full' }, seed), [makeEvaluation([mean - 1, mean + 1])]));
}

describe('claimVerdict', () => {
  it.each([
    { means: [30.04, 30.05, 30.03], kind: 'reproduced' },
    { means: [29.96, 29.97, 29.95], kind: 'reproduced' },
    { means: [30.11, 30.12, 30.1], kind: 'within tolerance' },
    { means: [30.2, 30.21, 30.19], kind: 'contradicted' },
    { means: [29.7, 29.71, 29.69], kind: 'contradicted' },
    // The mean is 0.2 off, but with a standard deviation of 0.05 over 3 seeds the interval reaches down to 0.076.
    { means: [30.15, 30.2, 30.25], kind: 'inconclusive' },
    // The mean is right on it, the spread is not.
    { means: [29.8, 30, 30.2], kind: 'inconclusive' },
    { means: [30.04], kind: 'reproduced' },
    { means: [30.4], kind: 'inconclusive' },
  ])('calls means of $means dB against 30 dB "$kind"', ({ means, kind }) => {
    const verdict = claimVerdict(makeClaim(), fullRuns(...means), 'full');
    expect(verdict).toMatchObject({ kind, dataset: 'Set5', seeds: means.length, images: 2, n: 2 * means.length });
    expect(verdict.meanDifference).toBeCloseTo(means.reduce((a, b) => a + b, 0) / means.length - 30, 10);
  });

  it('gives the interval over seeds, as scipy.stats.t.interval does', () => {
    const { ci, reason } = claimVerdict(makeClaim(), fullRuns(30.15, 30.2, 30.25), 'full');
    expect(ci?.[0]).toBeCloseTo(0.0757931, 6);
    expect(ci?.[1]).toBeCloseTo(0.3242069, 6);
    expect(reason).toBe('beyond the tolerance of 0.15, but the interval reaches into it');
  });

  it('never speaks of numbers below the full tier', () => {
    const runs = fullRuns(30, 30, 30);
    expect(claimVerdict(makeClaim(), runs, 'smoke')).toMatchObject({
      kind: 'not judged',
      n: 0,
      reason: expect.stringContaining('evidence of nothing') as string,
    });
    expect(claimVerdict(makeClaim(), runs, 'small')).toMatchObject({ kind: 'not judged', n: 0 });
  });

  it.each([
    ['another data set', { dataset: 'Set14' }],
    ['another protocol', { protocol: 'csd-y' }],
    ['self-ensemble', { selfEnsemble: true }],
    ['another scale', { scale: 4 }],
    ['another arm', { arm: 'csd' }],
    ['another network', { network: 'teacher' }],
  ])('does not compare with a claim on %s', (_, change) => {
    expect(claimVerdict(makeClaim(change), fullRuns(30), 'full').kind).toBe('not judged');
  });

  it('compares with no unavailable or unverified value, and tells of a doubted one', () => {
    expect(claimVerdict(makeClaim({ value: null }), fullRuns(30), 'full').kind).toBe('inconclusive');
    expect(claimVerdict(makeClaim({ verified: false }), fullRuns(30), 'full').kind).toBe('inconclusive');
    expect(claimVerdict(makeClaim({ suspect: 'a typing error' }), fullRuns(30), 'full').reason).toContain('a typing error');
  });

  it('does not take a stand-in for the real thing', () => {
    const data = { ...makeRecipe().data, train: 'procedural' };
    const run = makeResult(makeSpec({ tier: 'full', data }), [makeEvaluation([30])]);
    expect(claimVerdict(makeClaim(), [run], 'full')).toMatchObject({
      kind: 'inconclusive',
      reason: expect.stringContaining('procedural') as string,
    });
    const [real] = fullRuns(30) as [RunResult];
    const random = { ...real, provenance: { ...real.provenance, featureNetwork: 'random features, seed 0' } };
    expect(claimVerdict(makeClaim(), [random], 'full')).toMatchObject({
      kind: 'inconclusive',
      reason: expect.stringContaining('random features') as string,
    });
  });

  it('has bands for SSIM of their own', () => {
    const ssim = (value: number): RunResult => makeResult(makeSpec({ tier: 'full' }), [makeEvaluation([value * 40])]);
    const claim = makeClaim({ metric: 'ssim', value: 0.9 });
    expect(claimVerdict(claim, [ssim(0.9008)], 'full').kind).toBe('reproduced');
    expect(claimVerdict(claim, [ssim(0.9025)], 'full').kind).toBe('within tolerance');
    expect(claimVerdict(claim, [ssim(0.95)], 'full').kind).toBe('inconclusive');
  });
});

/** Arms `a` and `b` on three images per seed; `a` is better by the given gains. */
function arms(gains: readonly (readonly number[])[], change: Partial<RunResult> = {}): RunResult[] {
  return gains.flatMap((row, seed) => [
    makeResult(makeSpec({ arm: 'a' }, seed), [makeEvaluation(row.map((gain, i) => 30 + i + seed + gain))], change),
    makeResult(makeSpec({ arm: 'b' }, seed), [makeEvaluation(row.map((_, i) => 30 + i + seed))], change),
  ]);
}

const CLEAR = [
  [0.1, 0.12, 0.11],
  [0.11, 0.13, 0.12],
  [0.1, 0.13, 0.11],
];
/** Standard error of the seeds' means 0.11, 0.12 and 0.11333. */
const SEM = 0.00293972367896066;
const negated = CLEAR.map((row) => row.map((gain) => -gain));
const overall = (claim: DirectionClaim, runs: readonly RunResult[]) => directionVerdict(claim, runs, 'small').overall;

describe('directionVerdict', () => {
  it('is reproduced or contradicted if the interval excludes zero, else inconclusive', () => {
    expect(overall(makeDirection(), arms(CLEAR))).toMatchObject({ kind: 'reproduced', seeds: 3, images: 3, n: 9 });
    expect(overall(makeDirection(), arms(negated)).kind).toBe('contradicted');
    const noisy = overall(
      makeDirection(),
      arms([
        [0.1, -0.1, 0.2],
        [-0.2, 0.1, 0.1],
        [0.2, 0.1, -0.1],
      ]),
    );
    expect(noisy.kind).toBe('inconclusive');
    expect(noisy.ci?.[0]).toBeLessThan(0);
    expect(noisy.ci?.[1]).toBeGreaterThan(0);
  });

  it('says why in a clause, and how far it reaches', () => {
    const { byDataset } = directionVerdict(makeDirection(), arms(CLEAR), 'small');
    expect(byDataset).toHaveLength(1);
    expect(byDataset[0]?.meanDifference).toBeCloseTo(0.1144444, 6);
    expect(byDataset[0]?.reason).toBe('the interval lies on the claimed side of zero; of these 3 images alone, too few to speak of others');
  });

  it.each(TIERS.filter((tier) => !isEvidence(tier)))('gives no verdict at the %s tier', (tier) => {
    const { overall: verdict, byDataset } = directionVerdict(makeDirection(), arms(CLEAR), tier);
    expect(verdict).toMatchObject({ kind: 'not judged', n: 0, meanDifference: null, ci: null });
    expect(byDataset).toEqual([]);
  });

  it('is inconclusive with one seed, however clear', () => {
    expect(overall(makeDirection(), arms(CLEAR.slice(0, 1)))).toMatchObject({ kind: 'inconclusive', seeds: 1 });
  });

  it('pairs by image name, not by position', () => {
    const runs = arms(CLEAR).map((run) => {
      if (run.spec.recipe.arm === 'a') return run;
      const [evaluation] = run.evaluations as [RunResult['evaluations'][number]];
      return { ...run, evaluations: [{ ...evaluation, images: [...evaluation.images].reverse() }] };
    });
    expect(overall(makeDirection(), runs).meanDifference).toBeCloseTo(0.1144444, 6);
  });

  it('pairs only runs of the same seed, engine, training set and test set', () => {
    const seeds = arms(CLEAR).filter(({ spec }) => (spec.recipe.arm === 'a') === spec.seed < 2);
    expect(overall(makeDirection(), seeds).kind).toBe('not judged');
    for (const datasetHashes of [
      { T91: 'other', Set5: 'b' },
      { T91: 'a', Set5: 'other' },
    ]) {
      const mixed = arms(CLEAR).map((run) =>
        run.spec.recipe.arm === 'a' ? run : { ...run, provenance: { ...run.provenance, datasetHashes } },
      );
      expect(overall(makeDirection(), mixed).kind).toBe('not judged');
    }
    const engines = arms(CLEAR).map((run) =>
      run.spec.recipe.arm === 'a' ? run : { ...run, provenance: { ...run.provenance, engine: 'onnx' } },
    );
    expect(overall(makeDirection(), engines).kind).toBe('not judged');
  });

  it('counts less LPIPS as better', () => {
    expect(overall(makeDirection({ metric: 'lpips' }), arms(CLEAR)).kind).toBe('reproduced');
    expect(overall(makeDirection({ metric: 'lpips' }), arms(negated)).kind).toBe('contradicted');
  });

  it('takes two networks of the same run for a pair', () => {
    const runs = CLEAR.map((row, seed) =>
      makeResult(makeSpec({ arm: 'a' }, seed), [
        makeEvaluation(
          row.map((gain) => 30 + gain),
          { network: 'teacher' },
        ),
        makeEvaluation(row.map(() => 30)),
      ]),
    );
    const claim = makeDirection({ better: { arm: 'a', network: 'teacher' }, worse: { arm: 'a', network: 'student' } });
    expect(overall(claim, runs).kind).toBe('reproduced');
  });

  it('judges every data set and all images together', () => {
    const runs = arms(CLEAR).map((run) => {
      const [evaluation] = run.evaluations as [RunResult['evaluations'][number]];
      const images = evaluation.images.map((image) => ({
        ...image,
        psnr: run.spec.recipe.arm === 'a' ? 60 - (image.psnr as number) : image.psnr,
      }));
      return {
        ...run,
        evaluations: [
          evaluation,
          { ...evaluation, dataset: 'Set14', images: [...images, { name: 'extra', psnr: 1, ssim: 1, lpips: null }] },
        ],
      };
    });
    const { overall: all, byDataset } = directionVerdict(makeDirection(), runs, 'small');
    expect(byDataset.map(({ dataset, images }) => [dataset, images])).toEqual([
      ['Set5', 3],
      ['Set14', 4],
    ]);
    expect(byDataset[0]?.kind).toBe('reproduced');
    expect(all).toMatchObject({ dataset: null, seeds: 3, images: 7, n: 21 });
  });

  it('reproduces a claim of equality only if the interval lies within the margin', () => {
    const equal = (within: number): string => overall(makeDirection({ within }), arms(CLEAR)).kind;
    expect(equal(0.2)).toBe('reproduced');
    expect(equal(0.12)).toBe('inconclusive');
    expect(equal(0.01)).toBe('contradicted');
  });

  it('cannot tell where the interval is wider than the published difference', () => {
    const noisy = arms([
      [0.1, -0.1, 0.2],
      [-0.2, 0.1, 0.1],
      [0.2, 0.1, -0.1],
    ]);
    const told = (published: Record<string, number> | null) => overall(makeDirection({ published }), noisy);
    expect(told({ Set5: 0.12 }).reason).toContain('cannot tell: the interval includes zero and is wider than the published difference');
    expect(told({ Set5: 3 }).reason).toContain('the interval includes zero and excludes a difference as large as published');
    expect(told({ Set5: 3 }).kind).toBe('inconclusive');
    expect(told(null).reason).toMatch(/includes zero; of these/);
  });

  it('speaks of a few images alone, and states what could have been seen', () => {
    // numpy and scipy: the mean of the images of each seed, t interval with 2 degrees of freedom.
    const { ci, reason, detectable, p } = overall(makeDirection(), arms(CLEAR));
    expect(reason).toContain('of these 3 images alone');
    expect((ci as readonly [number, number])[1] - (ci as readonly [number, number])[0]).toBeCloseTo(2 * 4.302652729749462 * SEM, 10);
    expect(detectable).toBeCloseTo((4.302652729749462 + 1.0606601717798205) * SEM, 10);
    expect(p).toBeLessThan(0.05);
  });

  it('tells of stand-ins', () => {
    const { provenance } = arms(CLEAR)[0] as RunResult;
    const runs = arms(CLEAR, { provenance: { ...provenance, featureNetwork: 'random features, seed 0' } });
    expect(overall(makeDirection(), runs).reason).toContain('random features stood in');
  });
});
