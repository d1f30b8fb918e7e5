import { seedRng, type Rng } from '@distillery/tensor';
import { expect } from 'vitest';

/** Draws to count. */
const N = 6000;

/** Many draws of one generator. */
export function draws<T>(draw: (rng: Rng) => T, seed = 5): T[] {
  const rng = seedRng(seed);
  return Array.from({ length: N }, () => draw(rng));
}

/** The share of items that are so is p, up to five standard errors: more than chance does to any of a few hundred shares. */
export function expectShare<T>(items: readonly T[], is: (item: T) => boolean, p: number): void {
  const share = items.filter(is).length / items.length;
  expect(Math.abs(share - p), `share ${share} of ${items.length}, expected ${p}`).toBeLessThanOrEqual(
    5 * Math.sqrt((p * (1 - p)) / items.length),
  );
}

/** Uniform in low..high: never outside, the ends nearly reached, the mean in the middle. */
export function expectUniform(values: readonly number[], low: number, high: number): void {
  const width = high - low;
  const [min, max] = [Math.min(...values), Math.max(...values)];
  expect(min).toBeGreaterThanOrEqual(low);
  expect(max).toBeLessThanOrEqual(high);
  const slack = (7 * width) / values.length;
  expect(min).toBeLessThan(low + slack);
  expect(max).toBeGreaterThan(high - slack);
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  expect(Math.abs(mean - (low + high) / 2)).toBeLessThan((5 * width) / Math.sqrt(12 * values.length));
}

/** Those that are not null. */
export const present = <T>(items: readonly (T | null)[]): T[] => items.filter((item): item is T => item !== null);
