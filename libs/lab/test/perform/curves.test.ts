import { describe, expect, it } from 'vitest';
import { thinCurves } from '../../src/perform/curves';

const lines = (count: number) => Array.from({ length: count }, (_, i) => ({ step: i + 1, losses: { total: i + 1, l1: 1 / 3 } }));

describe('thinCurves', () => {
  it('keeps every step of a short run', () => {
    expect(thinCurves(lines(3))).toEqual({
      total: [
        [1, 1],
        [2, 2],
        [3, 3],
      ],
      l1: [
        [1, 0.333333],
        [2, 0.333333],
        [3, 0.333333],
      ],
    });
  });

  it('averages a long run over 200 equal spans', () => {
    const { total } = thinCurves(lines(1000));
    expect(total).toHaveLength(200);
    // Steps 1 to 5 have mean 3, steps 996 to 1000 have mean 998.
    expect(total?.[0]).toEqual([5, 3]);
    expect(total?.at(-1)).toEqual([1000, 998]);
  });

  it('loses no step where the spans are not equal', () => {
    const { total } = thinCurves(lines(333));
    expect(total).toHaveLength(200);
    expect(total?.at(-1)?.[0]).toBe(333);
  });

  it('has no curve for a run without steps', () => {
    expect(thinCurves([])).toEqual({});
  });
});
