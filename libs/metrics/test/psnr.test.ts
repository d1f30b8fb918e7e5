import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crop, type Image } from '@distillery/data';
import { borderPixels, PROTOCOLS, psnr, withBorder, type Protocol } from '@distillery/metrics';
import { busyImage, imagePair } from './images';

const ALL: readonly Protocol[] = Object.values(PROTOCOLS);

/** One pixel at a time, straight from each protocol's definition. */
function reference(a: Image, b: Image, name: keyof typeof PROTOCOLS, border: number): number {
  const rgb = (image: Image, x: number, y: number): [number, number, number] =>
    [0, 1, 2].map((c) => image.data[(y * image.width + x) * image.channels + (image.channels === 3 ? c : 0)] as number) as [
      number,
      number,
      number,
    ];
  const bt601 = (r: number, g: number, bl: number): number => 16 + 65.481 * (r / 255) + 128.553 * (g / 255) + 24.966 * (bl / 255);
  const value: Record<keyof typeof PROTOCOLS, (r: number, g: number, b: number) => number[]> = {
    'y-border-scale': (r, g, bl) => [bt601(r, g, bl)],
    'csd-y': (r, g, bl) => [(65.738 * r + 129.057 * g + 25.064 * bl) / 256],
    'y-rounded': (r, g, bl) => [Math.round(bt601(r, g, bl))],
    'y-border-0': (r, g, bl) => [bt601(r, g, bl)],
    'y-full-range': (r, g, bl) => [0.299 * r + 0.587 * g + 0.114 * bl],
    'y-grey-as-luma': (r, g, bl) => [bt601(r, g, bl)],
    'rgb-border-scale': (r, g, bl) => [r, g, bl],
    'div2k-rgb': (r, g, bl) => [r, g, bl],
  };
  let [sum, count] = [0, 0];
  for (let y = border; y < a.height - border; y++) {
    for (let x = border; x < a.width - border; x++) {
      const [va, vb] = [value[name](...rgb(a, x, y)), value[name](...rgb(b, x, y))];
      va.forEach((v, i) => (sum += (v - (vb[i] as number)) ** 2));
      count += va.length;
    }
  }
  return 20 * Math.log10(255) - 10 * Math.log10(sum / count);
}

describe('psnr', () => {
  it.each([
    ['y-border-scale', 3],
    ['csd-y', 3],
    ['y-rounded', 3],
    ['y-border-0', 0],
    ['y-full-range', 3],
    ['y-grey-as-luma', 3],
    ['rgb-border-scale', 3],
    ['div2k-rgb', 9],
  ] as const)('%s equals a loop over its definition (border %i at x3)', (name, border) => {
    const [a, b] = [busyImage(31, 25, 3, 7), busyImage(31, 25, 3, 9)];
    expect(psnr(a, b, PROTOCOLS[name], 3)).toBeCloseTo(reference(a, b, name, border), 10);
  });

  it('is symmetric, and infinite for identical images only', () => {
    const property = fc.property(imagePair(20), fc.constantFrom(...ALL), ([a, b], protocol) => {
      expect(psnr(a, b, protocol, 2)).toBe(psnr(b, a, protocol, 2));
      expect(psnr(a, a, protocol, 2)).toBe(Infinity);
    });
    fc.assert(property, { numRuns: 40 });
  });

  it('is 20 log10(255 / d) for a shift of every channel by d, whatever the image', () => {
    const dark = busyImage(24, 24, 3, 3);
    const base: Image = { ...dark, data: dark.data.map((v) => v % 200) };
    const shifted: Image = { ...base, data: base.data.map((v) => v + 10) };
    expect(psnr(base, shifted, PROTOCOLS['rgb-border-scale'], 2)).toBeCloseTo(20 * Math.log10(25.5), 10);
    expect(psnr(base, shifted, PROTOCOLS['y-full-range'], 2)).toBeCloseTo(20 * Math.log10(25.5), 10);
    // Studio-range luma spans 219 of 255 steps.
    expect(psnr(base, shifted, PROTOCOLS['y-border-scale'], 2)).toBeCloseTo(20 * Math.log10((25.5 * 255) / 219), 10);
  });

  it('sees nothing of the border', () => {
    const [a, b] = [busyImage(20, 16, 3, 7), busyImage(20, 16, 3, 9)];
    const [innerA, innerB] = [crop(a, 4, 4, 12, 8), crop(b, 4, 4, 12, 8)];
    expect(psnr(a, b, PROTOCOLS['y-border-scale'], 4)).toBe(psnr(innerA, innerB, PROTOCOLS['y-border-0'], 4));
  });

  it('treats grey as R = G = B, or as luma itself where the protocol says so', () => {
    const [grey, other] = [busyImage(20, 20, 1, 7), busyImage(20, 20, 1, 9)];
    const rgb = (image: Image): Image => ({
      ...image,
      channels: 3,
      data: Uint8Array.from({ length: 1200 }, (_, i) => image.data[Math.floor(i / 3)] as number),
    });
    for (const protocol of ALL) {
      if (protocol.name !== 'y-grey-as-luma') {
        expect(psnr(grey, other, protocol, 2)).toBe(psnr(rgb(grey), rgb(other), protocol, 2));
      }
    }
    const asLuma = psnr(grey, other, PROTOCOLS['y-grey-as-luma'], 2);
    expect(asLuma).toBeCloseTo(psnr(grey, other, PROTOCOLS['rgb-border-scale'], 2), 10);
    expect(psnr(rgb(grey), other, PROTOCOLS['y-grey-as-luma'], 2)).toBeCloseTo(asLuma, 10);
    expect(psnr(rgb(grey), rgb(other), PROTOCOLS['y-grey-as-luma'], 2)).toBe(psnr(grey, other, PROTOCOLS['y-border-scale'], 2));
  });

  it('refuses different sizes and a border that leaves nothing', () => {
    const [a, b] = [busyImage(8, 8, 3, 1), busyImage(8, 9, 3, 1)];
    expect(() => psnr(a, b, PROTOCOLS['y-border-scale'], 2)).toThrow('images of 8x8 and 8x9 cannot be compared; expected one size');
    expect(() => psnr(a, a, PROTOCOLS['div2k-rgb'], 2)).toThrow('nothing is left inside a border of 8');
    expect(() => psnr(a, a, PROTOCOLS['y-border-scale'], 0)).toThrow('expected a positive integer');
  });
});

describe('protocols', () => {
  it('go by the name they are filed under', () => {
    for (const [key, protocol] of Object.entries(PROTOCOLS)) expect(protocol.name).toBe(key);
  });

  it('differ from each other on the same images, except csd-y by less than 1e-4 dB', () => {
    const [a, b] = [busyImage(40, 40, 3, 7), busyImage(40, 40, 3, 9)];
    const values = new Map(ALL.map((protocol) => [protocol.name, psnr(a, b, protocol, 2)]));
    const standard = values.get('y-border-scale') as number;
    expect(Math.abs((values.get('csd-y') as number) - standard)).toBeLessThan(1e-4);
    for (const name of ['y-rounded', 'y-border-0', 'y-full-range', 'rgb-border-scale', 'div2k-rgb']) {
      expect(Math.abs((values.get(name) as number) - standard), name).toBeGreaterThan(1e-4);
    }
  });

  it('change their name with their border', () => {
    const six = withBorder(PROTOCOLS['y-border-scale'], 6);
    expect([six.name, borderPixels(six, 2)]).toEqual(['y-border-6', 6]);
    expect(withBorder(PROTOCOLS['csd-y'], 0).name).toBe('csd-y-border-0');
    expect([borderPixels(PROTOCOLS['div2k-rgb'], 4), borderPixels(PROTOCOLS['y-border-0'], 4)]).toEqual([10, 0]);
  });
});
