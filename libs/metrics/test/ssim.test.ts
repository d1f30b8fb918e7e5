import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Image } from '@distillery/data';
import { PROTOCOLS, ssim } from '@distillery/metrics';
import { busyImage, imagePair } from './images';

/** Every window on its own, two-pass moments, 2-D weights: nothing shared with the separable implementation. */
function reference(a: Image, b: Image, plane: (image: Image, x: number, y: number) => number, border: number): number {
  const kernel: number[][] = [];
  let total = 0;
  for (let i = -5; i <= 5; i++) {
    kernel.push([]);
    for (let j = -5; j <= 5; j++) {
      const w = Math.exp(-(i * i + j * j) / (2 * 1.5 * 1.5));
      (kernel[i + 5] as number[]).push(w);
      total += w;
    }
  }
  const [c1, c2] = [(0.01 * 255) ** 2, (0.03 * 255) ** 2];
  let [sum, count] = [0, 0];
  for (let y = border + 5; y < a.height - border - 5; y++) {
    for (let x = border + 5; x < a.width - border - 5; x++) {
      const over = (f: (va: number, vb: number) => number): number => {
        let s = 0;
        for (let i = -5; i <= 5; i++) {
          for (let j = -5; j <= 5; j++) {
            s += (((kernel[i + 5] as number[])[j + 5] as number) / total) * f(plane(a, x + j, y + i), plane(b, x + j, y + i));
          }
        }
        return s;
      };
      const [ma, mb] = [over((va) => va), over((_, vb) => vb)];
      const [saa, sbb] = [over((va) => (va - ma) ** 2), over((_, vb) => (vb - mb) ** 2)];
      const sab = over((va, vb) => (va - ma) * (vb - mb));
      sum += ((2 * ma * mb + c1) * (2 * sab + c2)) / ((ma * ma + mb * mb + c1) * (saa + sbb + c2));
      count++;
    }
  }
  return sum / count;
}

function channel(c: number): (image: Image, x: number, y: number) => number {
  return (image, x, y) => image.data[(y * image.width + x) * 3 + c] as number;
}

function bt601(image: Image, x: number, y: number): number {
  const [r, g, b] = [channel(0)(image, x, y), channel(1)(image, x, y), channel(2)(image, x, y)];
  return 16 + (65.481 * r + 128.553 * g + 24.966 * b) / 255;
}

/** A smoother image and a slightly wrong copy, so that SSIM is neither 0 nor 1. */
function similarPair(): [Image, Image] {
  const a = busyImage(27, 22, 3, 1);
  const smooth: Image = { ...a, data: a.data.map((_, i) => 100 + 60 * Math.sin(i / 40) + ((i * 13) % 17)) };
  return [smooth, { ...smooth, data: smooth.data.map((v, i) => v + ((i * i) % 53) - 26) }];
}

describe('ssim', () => {
  it('equals a brute-force loop over every window: luma', () => {
    const [a, b] = similarPair();
    const value = ssim(a, b, PROTOCOLS['y-border-scale'], 3);
    expect(value).toBeCloseTo(reference(a, b, bt601, 3), 10);
    expect(value).toBeGreaterThan(0.3);
    expect(value).toBeLessThan(0.99);
  });

  it('equals a brute-force loop over every window: mean of the RGB channels', () => {
    const [a, b] = similarPair();
    const mean = [0, 1, 2].reduce((sum, c) => sum + reference(a, b, channel(c), 2) / 3, 0);
    expect(ssim(a, b, PROTOCOLS['rgb-border-scale'], 2)).toBeCloseTo(mean, 10);
  });

  it('is symmetric, at most 1, and exactly 1 for identical images', () => {
    const property = fc.property(imagePair(15), ([a, b]) => {
      const value = ssim(a, b, PROTOCOLS['y-border-scale'], 2);
      expect(value).toBeCloseTo(ssim(b, a, PROTOCOLS['y-border-scale'], 2), 12);
      expect(value).toBeLessThanOrEqual(1);
      expect(value).toBeGreaterThanOrEqual(-1);
      expect(ssim(a, a, PROTOCOLS['y-border-scale'], 2)).toBe(1);
    });
    fc.assert(property, { numRuns: 30 });
  });

  it('is the luminance term alone for flat images', () => {
    const flat = (v: number): Image => ({ width: 14, height: 13, channels: 3, data: new Uint8Array(14 * 13 * 3).fill(v) });
    const [c1, a, b] = [2.55 ** 2, 40, 90];
    expect(ssim(flat(a), flat(b), PROTOCOLS['rgb-border-scale'], 1)).toBeCloseTo((2 * a * b + c1) / (a * a + b * b + c1), 9);
  });

  it('takes one window exactly, and names what is too small', () => {
    const [a, b] = [busyImage(13, 13, 3, 7), busyImage(13, 13, 3, 9)];
    expect(ssim(a, b, PROTOCOLS['y-border-scale'], 1)).toBeCloseTo(reference(a, b, bt601, 1), 10);
    expect(() => ssim(a, b, PROTOCOLS['y-border-scale'], 2)).toThrow('SSIM of 9x9 pixels inside the border; expected at least 11x11');
  });
});
