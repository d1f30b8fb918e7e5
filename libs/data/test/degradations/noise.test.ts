import { describe, expect, it } from 'vitest';
import { seedRng } from '@distillery/tensor';
import { withNoise, withSpeckle } from '../../src/degradations/bsrgan-stages';
import { addCorrelatedNoise, type Matrix } from '../../src/degradations/correlated-noise';
import type { FloatImage } from '../../src/degradations/float-image';
import { addGaussianNoise, addPoissonNoise, addSpeckleNoise } from '../../src/degradations/noise';
import { poisson } from '../../src/degradations/poisson';
import { flatImage } from './image';

const SIDE = 100;
const grey = flatImage(SIDE, SIDE, 0.5);

function moments(values: ArrayLike<number>): { mean: number; deviation: number } {
  const all = Array.from(values);
  const mean = all.reduce((a, b) => a + b, 0) / all.length;
  return { mean, deviation: Math.sqrt(all.reduce((sum, value) => sum + (value - mean) ** 2, 0) / all.length) };
}
const minus = (a: FloatImage, b: FloatImage): number[] => Array.from(a.data, (value, i) => value - (b.data[i] as number));
const channel = (values: readonly number[], c: number): number[] => values.filter((_, i) => i % 3 === c);
const product = (a: readonly number[], b: readonly number[]): number => moments(a.map((value, i) => value * (b[i] as number))).mean;

describe('Gaussian noise and speckle', () => {
  it('have the deviation asked for, speckle in proportion to the value', () => {
    const gaussian = moments(minus(addGaussianNoise(grey, 0.08, 'colour', seedRng(1)), grey));
    expect(Math.abs(gaussian.mean)).toBeLessThan(0.003);
    expect(gaussian.deviation / 0.08).toBeCloseTo(1, 1);
    const speckle = (value: number) => {
      const image = flatImage(SIDE, SIDE, value);
      return moments(minus(addSpeckleNoise(image, 0.08, 'colour', seedRng(1)), image)).deviation;
    };
    expect(speckle(0.5) / gaussian.deviation).toBeCloseTo(0.5, 3);
    expect(speckle(0)).toBe(0);
  });

  it('are one value a pixel where grey, three where coloured', () => {
    for (const add of [addGaussianNoise, addSpeckleNoise]) {
      const one = minus(add(grey, 0.1, 'grey', seedRng(2)), grey);
      expect(channel(one, 1)).toEqual(channel(one, 0));
      expect(channel(one, 2)).toEqual(channel(one, 0));
      const three = minus(add(grey, 0.1, 'colour', seedRng(2)), grey);
      const [r, g] = [channel(three, 0), channel(three, 1)];
      expect(Math.abs(product(r, g)) / product(r, r)).toBeLessThan(0.06);
    }
  });
});

describe('correlated noise', () => {
  const covariance: Matrix = [
    [0.5, 0.2, 0.1],
    [0.2, 0.4, 0.05],
    [0.1, 0.05, 0.3],
  ];

  it('has the covariance', () => {
    const noise = minus(addCorrelatedNoise(grey, 0.1, covariance, seedRng(3)), grey);
    covariance.forEach((row, i) =>
      row.forEach((value, j) => expect(Math.abs(product(channel(noise, i), channel(noise, j)) / 0.01 - value)).toBeLessThan(0.03)),
    );
  });

  it('is of level 25 in BSRGAN, whatever level was drawn, and clipped', () => {
    const noisy = (level: number) => withNoise(grey, { level, colour: covariance }, seedRng(4));
    expect(noisy(2)).toEqual(noisy(25));
    expect(moments(channel(minus(noisy(2), grey), 0)).deviation).toBeCloseTo((25 / 255) * Math.sqrt(0.5), 2);
    const plain = withNoise(grey, { level: 10, colour: 'colour' }, seedRng(4));
    expect(moments(minus(plain, grey)).deviation).toBeCloseTo(10 / 255, 3);
    const white = withNoise(flatImage(20, 20, 1), { level: 25, colour: 'colour' }, seedRng(4));
    expect(Math.max(...white.data)).toBe(1);
  });

  it('multiplies as speckle: none on black, the same on white as on grey but twice as strong', () => {
    const speckle = (value: number) =>
      minus(withSpeckle(flatImage(9, 9, value), { level: 25, colour: [[0.01, 0, 0], [0, 0.01, 0], [0, 0, 0.01]] }, seedRng(5)), flatImage(9, 9, value)); // prettier-ignore
    expect(moments(speckle(0)).deviation).toBe(0);
    speckle(0.25).forEach((value, i) => expect(speckle(0.5)[i]).toBeCloseTo(2 * value, 6));
  });
});

describe('Poisson', () => {
  it.each([0, 0.3, 4, 9.99, 10, 31, 500])('variates of mean %d have that mean and variance', (lambda) => {
    const rng = seedRng(6);
    const count = 20000;
    const { mean, deviation } = moments(Array.from({ length: count }, () => poisson(lambda, rng)));
    expect(Math.abs(mean - lambda)).toBeLessThanOrEqual(5 * Math.sqrt(lambda / count));
    if (lambda > 0) expect(deviation ** 2 / lambda).toBeCloseTo(1, 1);
  });

  it.each([3, 12])('variates of mean %d have the probabilities of the formula', (lambda) => {
    const rng = seedRng(7);
    const count = 20000;
    const seen = new Map<number, number>();
    for (let i = 0; i < count; i++) {
      const k = poisson(lambda, rng);
      seen.set(k, (seen.get(k) ?? 0) + 1);
    }
    let probability = Math.exp(-lambda);
    for (let k = 0; k < 3 * lambda; k++) {
      const deviation = Math.sqrt((probability * (1 - probability)) / count);
      expect(Math.abs((seen.get(k) ?? 0) / count - probability), `${k}`).toBeLessThan(5 * deviation + 1e-4);
      probability *= lambda / (k + 1);
    }
  });

  it('noise counts photons by the number of distinct values, and is scaled afterwards', () => {
    // Three distinct values: four levels, so x has the variance x / 4.
    const data = grey.data.map((_, i) => (i === 0 ? 0.2 : i === 1 ? 0.8 : 0.4));
    const image = { ...grey, data };
    const noise = (scale: number) => minus(addPoissonNoise(image, scale, 'colour', seedRng(8)), image).slice(2);
    expect(moments(noise(1)).deviation).toBeCloseTo(Math.sqrt(0.4 / 4), 2);
    expect(Math.abs(moments(noise(1)).mean)).toBeLessThan(0.01);
    const whole = noise(1);
    noise(0.5).forEach((value, i) => expect(value).toBeCloseTo(0.5 * (whole[i] as number), 5));
  });

  it('noise is one value a pixel where grey', () => {
    const noise = minus(addPoissonNoise(grey, 1, 'grey', seedRng(9)), grey);
    expect(channel(noise, 1)).toEqual(channel(noise, 0));
    // One distinct value, one level: what is drawn is 0, 1, 2, ...
    const levels = new Set(noise.map((value) => Math.round(value + 128 / 255)));
    expect(Math.min(...levels)).toBe(0);
    expect(Math.max(...levels)).toBeGreaterThan(1);
  });
});
