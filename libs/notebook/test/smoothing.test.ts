import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isNoisy, smoothed } from '../src/display/smoothing';

const curve = (ys: readonly number[]) => ys.map((y, x) => [x, y] as const);

describe('smoothed', () => {
  // pandas.Series(y).ewm(alpha=0.5, adjust=True).mean(), whose weights are those of the corrected average.
  it('is the corrected exponential average, as pandas has it', () => {
    const ys = Array.from({ length: 50 }, (_, i) => (i * 7) % 11);
    const got = smoothed(curve(ys)).map(([, y]) => y);
    const expected = [0, 14 / 3, 26 / 7, 106 / 15];
    expected.forEach((y, i) => expect(got[i]).toBeCloseTo(y, 12));
  });

  it('keeps the points of the axis, a constant, and the range of the values', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 1, maxLength: 400 }), (ys) => {
        const out = smoothed(curve(ys));
        expect(out.map(([x]) => x)).toEqual(ys.map((_, x) => x));
        for (const [, y] of out) {
          expect(y).toBeGreaterThanOrEqual(Math.min(...ys) - 1e-9);
          expect(y).toBeLessThanOrEqual(Math.max(...ys) + 1e-9);
        }
      }),
    );
  });

  it('is for curves of fifty points and more', () => {
    expect([49, 50].map((count) => isNoisy(curve(Array.from({ length: count }, () => 1))))).toEqual([false, true]);
  });
});
