import { describe, expect, it } from 'vitest';
import { luma, type Image, type Plane } from '@distillery/data';
import { PROTOCOLS, score, scoreLuma } from '@distillery/metrics';
import { seedRng, UserError } from '@distillery/tensor';

const rng = seedRng(3);
const noise = (channels: 1 | 3, width = 24, height = 20): Image => ({
  width,
  height,
  channels,
  data: Uint8Array.from({ length: width * height * channels }, () => rng.integer(256)),
});
const planeOf = (image: Image): Plane => ({ width: image.width, height: image.height, data: luma(image) });

describe('scoreLuma', () => {
  it.each(['y-border-scale', 'y-rounded', 'y-border-0', 'y-grey-as-luma'] as const)('of an image’s luma is its score (%s)', (name) => {
    for (const channels of [1, 3] as const) {
      const [a, b] = [noise(channels), noise(channels)];
      const [ours, expected] = [scoreLuma(planeOf(a), b, PROTOCOLS[name], 2), score(a, b, PROTOCOLS[name], 2)];
      expect(ours.protocol).toBe(name);
      expect(ours.psnr).toBeCloseTo(expected.psnr, 10);
      expect(ours.ssim).toBeCloseTo(expected.ssim, 10);
    }
  });

  it('sees what rounding would lose', () => {
    const image = noise(3);
    const plane = planeOf(image);
    const shifted = { ...plane, data: plane.data.map((y) => y + 0.25) };
    // A constant error of 0.25: 20 log10(255 / 0.25).
    expect(scoreLuma(shifted, image, PROTOCOLS['y-border-scale'], 2).psnr).toBeCloseTo(20 * Math.log10(255 / 0.25), 9);
  });

  it.each(['csd-y', 'y-full-range', 'rgb-border-scale', 'div2k-rgb'] as const)('refuses %s, which needs colours', (name) => {
    const image = noise(3);
    expect(() => scoreLuma(planeOf(image), image, PROTOCOLS[name], 2)).toThrow(UserError);
    expect(() => scoreLuma(planeOf(image), image, PROTOCOLS[name], 2)).toThrow(`protocol ${name}: needs an RGB image`);
  });

  it('refuses another size, and nothing inside the border', () => {
    expect(() => scoreLuma(planeOf(noise(3, 24, 19)), noise(3), PROTOCOLS['y-border-scale'], 2)).toThrow('24x19 and 24x20');
    const dot = noise(3, 1, 1);
    expect(() => scoreLuma(planeOf(dot), dot, PROTOCOLS['y-border-scale'], 2)).toThrow('nothing is left inside a border of 2');
  });
});
