import { decodeImage, encodePng, type Image } from '@distillery/data';
import { featureImage, heatMap, showComparison } from '@distillery/notebook';
import { useEngine, UserError } from '@distillery/tensor';
import { tensor4d } from '@tensorflow/tfjs-core';
import { JSDOM } from 'jsdom';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { collectDisplays, stopDisplays, texts, type Sent } from './displayed';

let sent: Sent[] = [];
beforeAll(() => useEngine('wasm'));
beforeEach(() => (sent = collectDisplays()));
afterEach(stopDisplays);

const pixel = ({ data, width }: Image, x: number, y: number): number[] => [...data.slice(3 * (y * width + x), 3 * (y * width + x) + 3)];
/** Ends of matplotlib's viridis. */
const [DARK, YELLOW] = [
  [0x44, 0x01, 0x54],
  [0xfd, 0xe7, 0x25],
];

describe('a heat map', () => {
  it('goes from dark at 0 to yellow at the largest value, or at the one given', () => {
    const map = heatMap([0, 1, 2, 4], 2, 2);
    expect([pixel(map, 0, 0), pixel(map, 1, 1)]).toEqual([DARK, YELLOW]);
    expect(pixel(map, 0, 1)).toEqual([0x21, 0x91, 0x8c]);
    expect(pixel(heatMap([0, 1, 2, 4], 2, 2, 1), 1, 0)).toEqual(YELLOW);
    expect(pixel(heatMap([0, 0], 2, 1), 0, 0)).toEqual(DARK);
  });

  it('refuses values that do not fill it', () => {
    expect(() => heatMap([1, 2, 3], 2, 2)).toThrow(new UserError('heat map: 3 values, expected 2 x 2'));
  });

  it('of features is the mean size over the channels of one sample', () => {
    const features = tensor4d([9, 9, 9, 9, 0, 0, -3, 1], [2, 1, 2, 2]);
    const map = featureImage(features, 1);
    expect([map.width, map.height, pixel(map, 0, 0), pixel(map, 1, 0)]).toEqual([2, 1, DARK, YELLOW]);
    expect(featureImage(features, 1, 4)).toEqual(heatMap([0, 2], 2, 1, 4));
    expect(() => featureImage(features, 2)).toThrow(new UserError('feature image: sample 2, expected one of 0 to 1'));
  });
});

describe('showComparison', () => {
  const grey = (level: number): Image => ({ width: 20, height: 20, channels: 3, data: new Uint8Array(1200).fill(level) });
  const html = (): string => String(sent[0]?.data['text/html']);

  it('holds every image, with its PSNR', async () => {
    await showComparison({ before: grey(100), after: grey(90), HR: grey(110) }, { scale: 2 });
    // Luma differs by 219/255 of the grey levels.
    const psnr = (levels: number): string => (20 * Math.log10(255 / ((219 / 255) * levels))).toFixed(2);
    expect(texts(sent)).toEqual([`before ${psnr(10)} dB, after ${psnr(20)} dB, HR the truth`]);
    const { document } = new JSDOM(html()).window;
    const images = [...document.querySelectorAll<HTMLImageElement>('img.zoom')];
    expect(images.map(({ alt }) => alt)).toEqual(['before, 20x20 pixels', 'after, 20x20 pixels', 'HR, 20x20 pixels']);
    const decoded = await decodeImage(Buffer.from(images[1]?.src.split(',')[1] as string, 'base64'), 'after');
    expect(decoded).toEqual(await decodeImage(await encodePng(grey(90)), 'after'));
  });

  it('shows of larger images the same detail first, where most is to be seen', async () => {
    const large = (level: number): Image => {
      const image = { width: 200, height: 160, channels: 3 as const, data: new Uint8Array(96_000).fill(level) };
      for (let y = 60; y < 100; y++) for (let x = 120; x < 160; x += 2) image.data.fill(0, 3 * (y * 200 + x), 3 * (y * 200 + x) + 3);
      return image;
    };
    await showComparison({ before: large(90), HR: large(110) }, { scale: 2 });
    const { document } = new JSDOM(html()).window;
    const details = [...document.querySelectorAll<HTMLImageElement>('img.detail')];
    expect(details.map(({ alt }) => alt)).toEqual(['before, detail, 64x64 pixels', 'HR, detail, 64x64 pixels']);
    const seen = await decodeImage(Buffer.from(details[1]?.src.split(',')[1] as string, 'base64'), 'detail');
    expect(seen.data.filter((value) => value === 0)).toHaveLength(3 * 20 * 40);
    expect(document.querySelectorAll('details img.zoom')).toHaveLength(2);
  });

  it('refuses images of different sizes, and a truth that is not there', async () => {
    const wide = { ...grey(0), width: 40, height: 10 };
    await expect(showComparison({ wide, HR: grey(0) }, { scale: 2 })).rejects.toThrow(
      new UserError('comparison: wide has 40x10 pixels, expected 20x20 as HR has'),
    );
    await expect(showComparison({ one: grey(0), HR: grey(0) }, { scale: 2, reference: 'truth' })).rejects.toThrow(
      new UserError("comparison: reference 'truth', expected one of at least two images: one, HR"),
    );
    await expect(showComparison({ one: grey(0), HR: grey(0) }, { scale: 2, right: 'two' })).rejects.toThrow(
      new UserError("comparison: right 'two', expected one of at least two images: one, HR"),
    );
  });
});
