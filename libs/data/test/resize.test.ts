import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BORDERS, makeLr, resizeBicubic, resizeBicubicPlane, type Border, type Image, type Plane } from '@distillery/data';
import { UserError } from '@distillery/tensor';

function noise(width: number, height: number, channels: 1 | 3): Image {
  const data = new Uint8Array(width * height * channels).map((_, i) => (i * i * 31 + (i >> 2) * 57) % 256);
  return { width, height, channels, data };
}

/** The pixel at (x, y), however far outside, found by walking: mirror at the edge as often as needed, or stay on it. */
function at(image: Image, x: number, y: number, c: number, border: Border): number {
  const inside = (i: number, n: number): number => {
    if (border === 'replicate') return i < 0 ? 0 : i >= n ? n - 1 : i;
    let j = i;
    while (j < 0 || j >= n) j = j < 0 ? -1 - j : 2 * n - 1 - j;
    return j;
  };
  return image.data[(inside(y, image.height) * image.width + inside(x, image.width)) * image.channels + c] as number;
}

/** One axis of MATLAB's imresize as an infinite sum over input pixels, normalised and rounded; nothing precomputed. */
function resizeAxis(image: Image, outputs: number, scale: number, vertical: boolean, border: Border): Image {
  const kernel = (x: number): number => {
    const d = Math.abs(x);
    if (d <= 1) return 1.5 * d ** 3 - 2.5 * d ** 2 + 1;
    return d <= 2 ? -0.5 * d ** 3 + 2.5 * d ** 2 - 4 * d + 2 : 0;
  };
  const shrink = Math.min(scale, 1);
  const [width, height] = vertical ? [image.width, outputs] : [outputs, image.height];
  const data = new Uint8Array(width * height * image.channels);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < image.channels; c++) {
        const centre = ((vertical ? y : x) + 0.5) / scale - 0.5;
        let [sum, total] = [0, 0];
        for (let i = Math.floor(centre - 2 / shrink) - 1; i <= Math.ceil(centre + 2 / shrink) + 1; i++) {
          const w = kernel((centre - i) * shrink);
          total += w;
          sum += w * (vertical ? at(image, x, i, c, border) : at(image, i, y, c, border));
        }
        data[(y * width + x) * image.channels + c] = Math.max(0, Math.min(255, Math.floor(sum / total + 0.5 + 1e-9)));
      }
    }
  }
  return { width, height, channels: image.channels, data };
}

describe('resizeBicubic', () => {
  const cases = fc.record({
    width: fc.integer({ min: 1, max: 14 }),
    height: fc.integer({ min: 1, max: 14 }),
    channels: fc.constantFrom(1 as const, 3 as const),
    scale: fc.constantFrom(1 / 4, 1 / 3, 1 / 2, 0.7, 1, 1.5, 2, 3, 4),
    border: fc.constantFrom(...BORDERS),
  });

  it('equals a direct evaluation of the definition, shrinking and enlarging, for every border and size from 1x1', () => {
    const property = fc.property(cases, ({ width, height, channels, scale, border }) => {
      const image = noise(width, height, channels);
      const rows = resizeAxis(image, Math.ceil(height * scale), scale, true, border);
      const expected = resizeAxis(rows, Math.ceil(width * scale), scale, false, border);
      const result = resizeBicubic(image, scale, border);
      expect([result.width, result.height, result.channels]).toEqual([expected.width, expected.height, channels]);
      // A sum that lies on .5 to the last bit may be rounded either way by the two orders of summation.
      const off = result.data.filter((v, i) => Math.abs(v - (expected.data[i] as number)) > 1);
      expect(off.length).toBe(0);
      expect(result.data.filter((v, i) => v !== expected.data[i]).length).toBeLessThanOrEqual(Math.ceil(result.data.length * 0.02));
    });
    fc.assert(property, { numRuns: 200, seed: 1 });
  });

  it('treats each axis by its own factor, the smaller factor first', () => {
    const image = noise(12, 10, 3);
    const wide = resizeBicubic(image, { width: 5, height: 17 });
    const expected = resizeAxis(resizeAxis(image, 5, 5 / 12, false, 'symmetric'), 17, 1.7, true, 'symmetric');
    expect([wide.width, wide.height]).toEqual([5, 17]);
    expect(wide.data).toEqual(expected.data);
    const tall = resizeBicubic(image, { width: 20, height: 3 });
    expect(tall.data).toEqual(resizeAxis(resizeAxis(image, 3, 0.3, true, 'symmetric'), 20, 20 / 12, false, 'symmetric').data);
  });

  it('leaves an image alone at scale 1 and keeps flat images flat', () => {
    const image = noise(9, 7, 3);
    expect(resizeBicubic(image, 1)).toEqual(image);
    const flat: Image = { width: 7, height: 5, channels: 1, data: new Uint8Array(35).fill(131) };
    for (const border of BORDERS)
      for (const scale of [0.3, 2.5]) expect(new Set(resizeBicubic(flat, scale, border).data)).toEqual(new Set([131]));
  });

  it('commutes with transposition when both factors are equal only up to the rounding between the passes', () => {
    const image = noise(24, 24, 1);
    const transpose = (i: Image): Image => ({
      ...i,
      width: i.height,
      height: i.width,
      data: i.data.map((_, k) => i.data[(k % i.height) * i.width + Math.floor(k / i.height)] as number),
    });
    const [direct, turned] = [resizeBicubic(image, 1 / 3), transpose(resizeBicubic(transpose(image), 1 / 3))];
    const differences = direct.data.map((v, i) => Math.abs(v - (turned.data[i] as number)));
    expect(Math.max(...differences)).toBeLessThanOrEqual(2);
    expect(direct.data).not.toEqual(turned.data);
  });

  it('refuses scales and sizes that are not positive, and fractions of a pixel', () => {
    const image = noise(4, 4, 1);
    for (const bad of [0, -1, NaN, Infinity]) expect(() => resizeBicubic(image, bad)).toThrow(UserError);
    expect(() => resizeBicubic(image, { width: 0, height: 2 })).toThrow(UserError);
    expect(() => resizeBicubic(image, { width: 2.5, height: 2 })).toThrow('whole numbers of pixels');
  });
});

describe('resizeBicubicPlane', () => {
  const plane = (width: number, height: number, f: (x: number, y: number) => number): Plane => ({
    width,
    height,
    data: Float64Array.from({ length: width * height }, (_, i) => f(i % width, Math.floor(i / width))),
  });

  it('has the size of the 8-bit form and keeps the fractions that it rounds away', () => {
    const image = noise(12, 9, 1);
    const exact = resizeBicubicPlane({ ...image, data: Float64Array.from(image.data) }, 1 / 3, 'replicate');
    const rounded = resizeBicubic(image, 1 / 3, 'replicate');
    expect([exact.width, exact.height]).toEqual([rounded.width, rounded.height]);
    expect(exact.data.some((value) => !Number.isInteger(value))).toBe(true);
  });

  it('is linear, unlike the 8-bit form', () => {
    const [a, b] = [plane(10, 8, (x, y) => x * 1.5 + Math.sin(y)), plane(10, 8, (x, y) => Math.cos(x * y))];
    const sum = resizeBicubicPlane(
      plane(10, 8, (x, y) => (a.data[y * 10 + x] as number) + 2 * (b.data[y * 10 + x] as number)),
      0.5,
    );
    const [ra, rb] = [resizeBicubicPlane(a, 0.5), resizeBicubicPlane(b, 0.5)];
    sum.data.forEach((value, i) => expect(value).toBeCloseTo((ra.data[i] as number) + 2 * (rb.data[i] as number), 10));
  });

  it('reproduces a straight ramp away from the edges', () => {
    const enlarged = resizeBicubicPlane(
      plane(16, 4, (x) => 10 * x),
      2,
    );
    for (let x = 6; x < 26; x++) expect(enlarged.data[3 * enlarged.width + x]).toBeCloseTo(10 * ((x + 0.5) / 2 - 0.5), 10);
  });
});

describe('makeLr', () => {
  it('crops to a multiple of the scale first', () => {
    const image = noise(17, 14, 3);
    const lr = makeLr(image, 4);
    expect([lr.width, lr.height]).toEqual([4, 3]);
    const cropped: Image = { width: 16, height: 12, channels: 3, data: new Uint8Array(16 * 12 * 3) };
    for (let y = 0; y < 12; y++) cropped.data.set(image.data.subarray(y * 51, y * 51 + 48), y * 48);
    expect(lr).toEqual(resizeBicubic(cropped, 0.25));
  });

  it('names an image smaller than the scale', () => {
    expect(() => makeLr(noise(1, 1, 3), 2)).toThrow('image of 1x1: expected at least 2x2 for scale 2');
  });
});
