import { decodeImage, type Dataset, type Image } from '@distillery/data';
import { describe, expect, it } from 'vitest';
import { cropCollector } from '../../src/perform/crops';
import { detailedSquare } from '../../src/perform/detailed-square';

function paint(width: number, height: number, value: (x: number, y: number) => number): Image {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data.fill(value(x, y), (y * width + x) * 3, (y * width + x + 1) * 3);
  return { width, height, channels: 3, data };
}

/** Grey, but for a chequered square of 16 pixels. */
const chequered = (left: number, top: number) =>
  paint(96, 80, (x, y) => (x >= left && x < left + 16 && y >= top && y < top + 16 ? 255 * ((x + y) % 2) : 128));

describe('detailedSquare', () => {
  it('finds the detail', () => {
    expect(detailedSquare(chequered(40, 24), 16, 4)).toEqual({ x: 40, y: 24, side: 16 });
    expect(detailedSquare(chequered(80, 64), 16, 4)).toEqual({ x: 80, y: 64, side: 16 });
  });

  it('keeps to multiples and to the image', () => {
    const { x, y, side } = detailedSquare(chequered(41, 25), 64, 3);
    expect([x % 3, y % 3, side]).toEqual([0, 0, 63]);
    expect(
      detailedSquare(
        paint(30, 20, () => 7),
        64,
        4,
      ),
    ).toEqual({ x: 0, y: 0, side: 20 });
  });
});

describe('cropCollector', () => {
  const dataset: Dataset = {
    name: 'set',
    items: ['a', 'b', 'c'].map((name) => ({ name, hr: () => Promise.reject(new Error()), lr: () => Promise.reject(new Error()) })),
    hash: '',
    procedural: false,
    groundTruth: true,
  };
  const hr = chequered(40, 24);
  const lr = paint(48, 40, (x) => 5 * x);
  const images = (name: string) => ({ name, lr, hr, sr: paint(96, 80, (x, y) => x + y) });

  it('shows two images of the first dataset, each network once', async () => {
    const collector = cropCollector([dataset, { ...dataset, name: 'other' }], 2);
    for (const network of ['student', 'teacher']) for (const name of ['a', 'b', 'c']) collector.add(network, dataset, images(name));
    const crops = await collector.crops();
    expect(crops.map(({ image, view, shows }) => `${image} ${view} ${shows}`)).toEqual(
      ['a', 'b'].flatMap((image) => [
        `${image} whole hr`,
        ...['lr', 'bicubic', 'hr', 'student', 'teacher'].map((shows) => `${image} zoom ${shows}`),
      ]),
    );
  });

  it('crops all pictures at the same place, LR pixels repeated', async () => {
    const collector = cropCollector([dataset], 2);
    collector.add('student', dataset, images('a'));
    const crops = await collector.crops();
    const picture = async (shows: string): Promise<Image> =>
      decodeImage(Buffer.from(crops.find((crop) => crop.shows === shows && crop.view === 'zoom')?.pngBase64 ?? '', 'base64'), shows);
    const { x, y, side } = detailedSquare(hr, 64, 2);
    const at = (image: Image, px: number, py: number) => image.data[(py * side + px) * 3];
    expect(side).toBe(64);
    expect(at(await picture('student'), 5, 7)).toBe(x + 5 + y + 7);
    expect(at(await picture('lr'), 5, 7)).toBe(5 * ((x + 5 - ((x + 5) % 2)) / 2));
    expect(at(await picture('hr'), 5, 7)).toBe(hr.data[((y + 7) * 96 + x + 5) * 3]);
    expect((await picture('bicubic')).width).toBe(64);
  });

  it('marks the place in the thumbnail', async () => {
    const large = paint(256, 128, (x, y) => (x >= 64 && x < 128 && y >= 32 && y < 96 ? 100 * ((x + y) % 2) : 0));
    const collector = cropCollector([dataset], 2);
    collector.add('student', dataset, { name: 'a', lr: paint(128, 64, () => 0), hr: large, sr: large });
    const [whole] = await collector.crops();
    const { width, height, data } = await decodeImage(Buffer.from(whole?.pngBase64 ?? '', 'base64'), 'whole');
    expect([width, height]).toEqual([128, 64]);
    const white = [...Array(width * height).keys()].filter((i) => data[3 * i] === 255).map((i) => [i % width, Math.floor(i / width)]);
    expect(white).toHaveLength(4 * 32);
    expect([white[0], white.at(-1)]).toEqual([
      [32, 16],
      [64, 48],
    ]);
  });
});
