import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { holm } from '@distillery/lab';
import { describe, expect, it } from 'vitest';
import { pValue, smallestDetectable } from '../../src/judging/power';
import { pairedDifference } from '../../src/judging/statistics';

interface Golden {
  readonly pValues: readonly { readonly values: readonly number[]; readonly p: number }[];
  readonly detectable: readonly { readonly df: number; readonly exact: number }[];
  readonly holm: readonly { readonly p: readonly number[]; readonly adjusted: readonly number[] }[];
}
/** Made by scipy and statsmodels, see `tests.py`. */
const golden = JSON.parse(readFileSync(join(__dirname, '../golden/tests.json'), 'utf8')) as Golden;

describe('pValue', () => {
  it.each(golden.pValues)('of $values is scipy’s', ({ values, p }) => {
    expect(pValue(pairedDifference(values.map((value) => [value])))).toBeCloseTo(p, 12);
  });

  it('is below 0.05 exactly where the 95 % interval excludes zero, crossed seeds and images included', () => {
    for (let shift = -0.3; shift <= 0.3; shift += 0.02) {
      const difference = pairedDifference([
        [0.1 + shift, 0.22 + shift, 0.05 + shift, 0.31 + shift],
        [0.14 + shift, 0.2 + shift, 0.11 + shift, 0.25 + shift],
        [0.02 + shift, 0.15 + shift, -0.03 + shift, 0.22 + shift],
      ]);
      const [low, high] = difference.ci as readonly [number, number];
      expect((pValue(difference) as number) < 0.05).toBe(low > 0 || high < 0);
    }
  });

  it('is null for one value, and 1 or 0 without spread', () => {
    expect(pValue(pairedDifference([[0.2]]))).toBeNull();
    expect(pValue(pairedDifference([[0], [0]]))).toBe(1);
    expect(pValue(pairedDifference([[0.5], [0.5]]))).toBe(0);
  });
});

describe('smallestDetectable', () => {
  it.each(golden.detectable)('for df = $df is what statsmodels finds, up to what is documented', ({ df, exact }) => {
    const ratio = (smallestDetectable({ mean: 0, se: 1, df }) as number) / exact;
    expect(ratio).toBeGreaterThan(df < 6 ? 0.945 : 0.995);
    expect(ratio).toBeLessThan(1.001);
  });

  it('grows with the standard error and is null without one', () => {
    const one = smallestDetectable({ mean: 0, se: 1, df: 5 }) as number;
    expect(smallestDetectable({ mean: 3, se: 0.02, df: 5 })).toBeCloseTo(0.02 * one, 12);
    expect(smallestDetectable({ mean: 0, se: null, df: null })).toBeNull();
  });
});

describe('holm', () => {
  it.each(golden.holm)('adjusts $p as statsmodels does', ({ p, adjusted }) => {
    const ours = holm(p);
    expect(ours).toHaveLength(adjusted.length);
    for (const [i, value] of ours.entries()) expect(value).toBeCloseTo(adjusted[i] as number, 12);
  });

  it('has nothing to adjust in an empty family', () => {
    expect(holm([])).toEqual([]);
  });
});
