import { seedRng } from '@distillery/tensor';
import { describe, expect, it } from 'vitest';
import { pairedDifference, summarise } from '../../src/judging/statistics';

describe('summarise', () => {
  it('gives mean, sd and the t interval', () => {
    // numpy: mean, std(ddof=1); scipy.stats.t.interval(0.95, 3, mean, sem).
    const { n, mean, sd, ci } = summarise([31.2, 31.5, 30.9, 31.1]);
    expect(n).toBe(4);
    expect(mean).toBeCloseTo(31.175, 12);
    expect(sd).toBeCloseTo(0.25, 12);
    expect(ci?.[0]).toBeCloseTo(30.777194211839532, 10);
    expect(ci?.[1]).toBeCloseTo(31.572805788160462, 10);
  });

  it('says nothing of spread for one value and throws without any', () => {
    expect(summarise([3])).toEqual({ n: 1, mean: 3, sd: null, ci: null });
    expect(() => summarise([])).toThrow(RangeError);
  });
});

describe('pairedDifference', () => {
  // The goldens are the ANOVA formulas computed with numpy and scipy.stats.t.ppf.
  it('combines the spread over seeds and over images', () => {
    const result = pairedDifference([
      [0.1, 0.22, 0.05, 0.31],
      [0.14, 0.2, 0.11, 0.25],
      [0.02, 0.15, -0.03, 0.22],
    ]);
    expect(result).toMatchObject({ seeds: 3, images: 4, covers: 'seeds and images' });
    expect(result.mean).toBeCloseTo(0.145, 12);
    expect(result.df).toBeCloseTo(4.278730425792151, 10);
    expect(result.ci?.[0]).toBeCloseTo(-0.005491592526089745, 10);
    expect(result.ci?.[1]).toBeCloseTo(0.2954915925260897, 10);
  });

  it('lets the largest mean square stand alone where an effect is estimated as zero', () => {
    // MS_seed 0.00167, MS_image 0.00792, MS_rest 0.11292 with 2 degrees of freedom: mean +- 4.302653 sqrt(0.11292 / 6).
    const { mean, ci, df } = pairedDifference([
      [0.3, -0.1, 0.2],
      [-0.2, 0.35, 0.15],
    ]);
    expect(df).toBe(2);
    expect((ci?.[1] as number) - mean).toBeCloseTo(4.302652729749462 * Math.sqrt(0.11291666666666667 / 6), 10);
  });

  it('covers only what was repeated', () => {
    const values = [31.2, 31.5, 30.9, 31.1];
    const { ci } = summarise(values);
    expect(pairedDifference([values])).toMatchObject({ seeds: 1, images: 4, covers: 'images', ci, df: 3 });
    expect(pairedDifference(values.map((value) => [value]))).toMatchObject({ seeds: 4, images: 1, covers: 'seeds', ci, df: 3 });
    expect(pairedDifference([[0.2]])).toEqual({ seeds: 1, images: 1, mean: 0.2, ci: null, se: null, df: null, covers: 'nothing' });
  });

  it('gives a point for differences that are all the same', () => {
    expect(
      pairedDifference([
        [0, 0, 0],
        [0, 0, 0],
      ]).ci,
    ).toEqual([0, 0]);
  });

  it('refuses a ragged or empty table', () => {
    expect(() => pairedDifference([[1, 2], [1]])).toThrow(RangeError);
    expect(() => pairedDifference([])).toThrow(RangeError);
    expect(() => pairedDifference([[]])).toThrow(RangeError);
  });

  it.each([
    { seedSd: 0.1, imageSd: 0.1 },
    { seedSd: 0.1, imageSd: 0 },
    { seedSd: 0, imageSd: 0.1 },
    { seedSd: 0, imageSd: 0 },
  ])('covers the true mean in about 95 % of experiments with $seedSd dB over seeds and $imageSd dB over images', ({ seedSd, imageSd }) => {
    const rng = seedRng(1);
    const experiments = 2000;
    let covered = 0;
    for (let e = 0; e < experiments; e++) {
      const images = Array.from({ length: 5 }, () => imageSd * rng.normal());
      const table = Array.from({ length: 3 }, () => {
        const seed = seedSd * rng.normal();
        return images.map((image) => 0.2 + seed + image + 0.05 * rng.normal());
      });
      const [low, high] = pairedDifference(table).ci as readonly [number, number];
      if (low <= 0.2 && 0.2 <= high) covered++;
    }
    // 95 % is the promise; a little more is the price of so few seeds. The naive interval over 15 values covers 60 to 80 %.
    expect(covered / experiments).toBeGreaterThan(0.94);
    expect(covered / experiments).toBeLessThan(0.995);
  });
});
