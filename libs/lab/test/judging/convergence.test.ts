import { directionVerdict, flatLimit, settled, type RunResult } from '@distillery/lab';
import { describe, expect, it } from 'vitest';
import { makeClaim, makeDirection, makeEvaluation, makeRecipe, makeResult, makeSpec, makeValidation } from '../fixtures/results';
import { claimVerdict } from '../../src/judging/verdict';

const claim = makeDirection();
const GAIN = [0.11, 0.12, 0.13, 0.11, 0.12];

/** Arms `a` and `b` of three seeds, `a` clearly better; the validation PSNRs of `b` as given. */
function arms(psnrs: readonly number[] | null): RunResult[] {
  return [0, 1, 2].flatMap((seed) => {
    const better = makeResult(makeSpec({ arm: 'a' }, seed), [makeEvaluation(GAIN.map((gain) => 30 + gain + seed / 100))]);
    const worse = makeResult(makeSpec({ arm: 'b' }, seed), [makeEvaluation(GAIN.map(() => 30))]);
    return [better, psnrs ? { ...worse, validation: makeValidation(psnrs) } : { ...worse, validation: undefined }];
  });
}
const verdict = (runs: readonly RunResult[], change = {}) => directionVerdict(makeDirection(change), runs, 'small');

describe('a verdict needs arms that have finished learning', () => {
  it('stands where both have flattened', () => {
    expect(verdict(arms([29, 30, 30.02, 30.03])).overall.kind).toBe('reproduced');
  });

  it('is under-trained, with difference and interval, where the last third gained a third of the published difference', () => {
    // Two thirds of ten steps lie at 6 2/3, between 30 at step 5 and 30.06 at step 8. The line through (6 2/3, 30.0333), (8, 30.06) and (10, 30.08) rises by 0.0456 over
    // 3 1/3 steps (numpy.polyfit).
    const { overall, byDataset } = verdict(arms([29, 30, 30.06, 30.08]));
    expect(overall).toMatchObject({ kind: 'under-trained', seeds: 3, images: 5 });
    expect(overall.meanDifference).toBeCloseTo(0.128, 10);
    expect(overall.reason).toContain(
      'b (student) still gained 0.046 dB on General-100-subset in the last third of its training; finished is less than 0.040',
    );
    expect(byDataset[0]?.kind).toBe('under-trained');
  });

  it('is under-trained where it was never above bicubic, whatever the curve, but for LPIPS', () => {
    const low = arms([27, 27, 27, 27]);
    expect(verdict(low).overall.reason).toContain('b (student) reached 27.00 dB on General-100-subset, below bicubic’s 28.00');
    expect(verdict(low).overall.kind).toBe('under-trained');
    expect(verdict(low, { metric: 'ssim' }).overall.kind).toBe('under-trained');
    expect(verdict(low, { metric: 'lpips', published: null }).overall.kind).toBe('reproduced');
  });

  it('knows no such floor on captured pairs, whose degradation no network was trained on', () => {
    const captured = arms([27, 27, 27, 27]).map((run) => ({
      ...run,
      ...(run.validation && { validation: { ...run.validation, set: 'City100-NikonD5500-shrunk-validate' } }),
    }));
    expect(verdict(captured).overall.kind).toBe('reproduced');
  });

  it('stands where an objective took a trained network below bicubic', () => {
    expect(verdict(arms([29, 27, 27, 27])).overall.kind).toBe('reproduced');
  });

  it('is under-trained without a curve, or with one too short to have a last third', () => {
    expect(verdict(arms(null)).overall).toMatchObject({ kind: 'under-trained' });
    expect(verdict(arms(null)).overall.reason).toContain('b (student) has no validation curve');
    expect(verdict(arms([29, 30])).overall.kind).toBe('under-trained');
  });

  it('averages the curves of an arm over its seeds', () => {
    const runs = arms([29, 30, 30.06, 30.08]);
    // One seed that rises by 0.0456 and two that stay.
    const mixed = runs.map((run) =>
      run.spec.recipe.arm === 'b' && run.spec.seed > 0 ? { ...run, validation: makeValidation([30, 30, 30, 30]) } : run,
    );
    expect(verdict(mixed).overall.kind).toBe('reproduced');
    expect(
      settled(
        mixed.filter(({ spec }) => spec.recipe.arm === 'b'),
        'student',
      )?.gain,
    ).toBeCloseTo(0.0456140351 / 3, 9);
  });

  it('does not hang on the last point of a curve that jumps', () => {
    // From the seventh of 21 steps before the end to the end it is 0.05 dB up; the line through all of them rises by 0.0125 (numpy.polyfit).
    const jumping = [30.0, 30.05, 29.95, 30.05, 29.95, 30.0, 30.0, 30.05].map((psnr, i): [number, number] => [14 + i, psnr]);
    const runs = arms([30, 30, 30, 30]).filter(({ spec }) => spec.recipe.arm === 'b');
    const watched = runs.map((run) => ({
      ...run,
      validation: { ...makeValidation([30, 30, 30, 30]), networks: { student: [[7, 29] as [number, number], ...jumping] } },
    }));
    expect(settled(watched, 'student')?.gain).toBeCloseTo(0.0125, 9);
  });

  it('looks at the run that trained it where an arm trains nothing', () => {
    const start = makeRecipe({ arm: 'start' });
    const asIs = { arm: 'b', startFrom: { pretrained: start }, schedule: { ...start.schedule, steps: 1 } };
    const runs = [0, 1, 2].flatMap((seed) => [
      makeResult(makeSpec({ arm: 'a' }, seed), [makeEvaluation(GAIN.map((gain) => 30 + gain + seed / 100))]),
      { ...makeResult(makeSpec(asIs, seed), [makeEvaluation(GAIN.map(() => 30))]), validation: undefined },
    ]);
    const starts = (psnrs: readonly number[]) =>
      [0, 1, 2].map((seed) => ({ ...makeResult({ ...makeSpec({}, seed), recipe: start }, []), validation: makeValidation(psnrs) }));
    expect(verdict(runs).overall.kind).toBe('under-trained');
    expect(verdict([...runs, ...starts([29, 30, 30.06, 30.08])]).overall.kind).toBe('under-trained');
    expect(verdict([...runs, ...starts([30, 30, 30, 30])]).overall.kind).toBe('reproduced');
    const published = runs.map((run) =>
      run.spec.recipe.arm === 'b' ? { ...run, spec: { ...run.spec, recipe: { ...run.spec.recipe, startFrom: {} } } } : run,
    );
    expect(verdict(published).overall.kind).toBe('reproduced');
  });

  it('holds for absolute numbers as well', () => {
    const run = makeResult(makeSpec({ tier: 'full' }), [makeEvaluation([30])]);
    expect(claimVerdict(makeClaim(), [run], 'full').kind).toBe('reproduced');
    expect(claimVerdict(makeClaim(), [{ ...run, validation: makeValidation([29, 30, 30.06, 30.08]) }], 'full').kind).toBe('under-trained');
  });
});

describe('flatLimit', () => {
  it.each([
    [{ published: { Set5: 0.12, Set14: 0.06 } }, ['Set5', 'Set14'], 0.03],
    [{ published: { Set5: 0.12, Set14: 0.06 } }, ['Set5'], 0.04],
    [{ published: { Set5: -0.12 } }, ['Set5'], 0.04],
    // A difference of 0.01 dB is published as none.
    [{ published: { Set5: 0.01 } }, ['Set5'], 0.03],
    [{ published: { Urban100: 0.3 } }, ['Set5'], 0.03],
    [{ published: null }, ['Set5'], 0.03],
    [{ published: { Set5: 0.12 }, verified: false }, ['Set5'], 0.03],
    [{ published: { Set5: 0.12 }, metric: 'lpips' as const }, ['Set5'], 0.03],
    [{ published: { Set5: 0.01 }, within: 0.06 }, ['Set5'], 0.02],
  ])('of %o on %o is %d dB', (change, datasets, limit) => {
    expect(flatLimit({ ...claim, ...change }, datasets)).toBeCloseTo(limit, 12);
  });
});
