import { psnrOf, scoreOf, signed } from '@distillery/notebook';
import { UserError } from '@distillery/tensor';
import { describe, expect, it } from 'vitest';
import { makeEvaluation, makeResult, makeSpec } from '../../../lab/test/fixtures/results';

const result = makeResult(makeSpec(), [
  makeEvaluation([40], { protocol: 'rgb' }),
  makeEvaluation([30, 33]),
  makeEvaluation([31, 35], { selfEnsemble: true }),
  makeEvaluation([20], { dataset: 'Set14' }),
  makeEvaluation([10], { network: 'teacher', images: [{ name: 'a', psnr: 10, ssim: 0.5, lpips: null }] }),
]);

describe('scoreOf', () => {
  it('is the mean over the images of the first dataset, single pass, under the default protocol', () => {
    expect(psnrOf(result, 'student')).toBe(31.5);
    expect(scoreOf(result, 'student', { metric: 'ssim' })).toBeCloseTo(31.5 / 40, 12);
  });

  it('finds another dataset, and the self-ensemble', () => {
    expect(psnrOf(result, 'student', { dataset: 'Set14' })).toBe(20);
    expect(psnrOf(result, 'student', { selfEnsemble: true })).toBe(33);
  });

  it('is null for a metric that was not measured on every image', () => {
    expect(scoreOf(result, 'teacher', { metric: 'lpips' })).toBeNull();
    expect(scoreOf(result, 'student', { metric: 'lpips' })).toBeCloseTo(1 - 31.5 / 40, 12);
  });

  it('names what is missing', () => {
    expect(() => scoreOf(result, 'peer')).toThrow(new UserError("run of plain: no scores of network 'peer'"));
    expect(() => psnrOf(result, 'teacher', { dataset: 'Set14' })).toThrow("no scores of network 'teacher' on Set14");
  });
});

describe('signed', () => {
  it.each([
    [0.1234, '+0.123'],
    [-0.1236, '-0.124'],
    [0, '+0.000'],
  ])('writes %d as %s', (value, text) => expect(signed(value)).toBe(text));

  it('writes as many digits as asked for', () => expect(signed(1.26, 1)).toBe('+1.3'));
});
