import { describe, expect, it } from 'vitest';
import { crop, loadPairs, lumaOf, makeLr, openDataset, patchSampler, type Image, type TrainingPair } from '@distillery/data';
import { restoreRng, seedRng, UserError } from '@distillery/tensor';

/** An RGB image whose every pixel is unique: its coordinates and a tag. */
function coordinates(width: number, height: number, tag: number): Image {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data.set([x, y, tag], (y * width + x) * 3);
  return { width, height, channels: 3, data };
}

/** LR holds the coordinates that its pixel has in HR, so that alignment can be read off the values. */
function pair(name: string, width: number, height: number, scale: number, tag: number): TrainingPair {
  const hr = coordinates(width * scale, height * scale, tag);
  const lr = coordinates(width, height, tag);
  return { name, hr, lr: { ...lr, data: lr.data.map((v, i) => (i % 3 === 2 ? v : v * scale)) } };
}

const PAIRS = [pair('one', 9, 7, 2, 10), pair('two', 5, 12, 2, 20)];

describe('patchSampler', () => {
  it('keeps LR and HR aligned through every flip and transpose', () => {
    const sampler = patchSampler(PAIRS, { patch: 8, scale: 2, batch: 4, channels: 3 }, seedRng(1));
    const seen = new Set<string>();
    for (let step = 0; step < 60; step++) {
      const { lr, hr, lrShape, hrShape } = sampler.next();
      expect([lrShape, hrShape]).toEqual([
        [4, 4, 4, 3],
        [4, 8, 8, 3],
      ]);
      const at = (values: Float32Array, side: number, n: number, y: number, x: number): number[] =>
        [0, 1, 2].map((c) => Math.round(255 * (values[((n * side + y) * side + x) * 3 + c] as number)));
      for (let n = 0; n < 4; n++) {
        const corners = [at(hr, 8, n, 0, 0), at(hr, 8, n, 0, 1), at(hr, 8, n, 1, 0)] as [number[], number[], number[]];
        const [[x0, y0, tag], along, down] = corners as [[number, number, number], number[], number[]];
        seen.add([tag, (along[0] as number) - x0, (along[1] as number) - y0, (down[0] as number) - x0, (down[1] as number) - y0].join(' '));
        for (let y = 0; y < 4; y++) {
          for (let x = 0; x < 4; x++) {
            // The 2x2 block of HR pixels that the LR pixel covers starts at the LR pixel's coordinates.
            const block = [at(hr, 8, n, 2 * y, 2 * x), at(hr, 8, n, 2 * y + 1, 2 * x + 1)] as [number[], number[]];
            const origin = [0, 1].map((c) => Math.min(block[0][c] as number, block[1][c] as number));
            expect([...origin, block[0][2]]).toEqual(at(lr, 4, n, y, x));
          }
        }
      }
    }
    // Two images, eight orientations each.
    expect(seen.size).toBe(16);
  });

  it('draws image, row, column, horizontal flip, vertical flip, transpose, in that order', () => {
    const [rng, twin] = [seedRng(5), seedRng(5)];
    const { hr } = patchSampler(PAIRS, { patch: 4, scale: 2, batch: 1, channels: 3 }, rng).next();
    const chosen = PAIRS[twin.integer(2)] as TrainingPair;
    const y = twin.integer(chosen.lr.height - 1) * 2;
    const x = twin.integer(chosen.lr.width - 1) * 2;
    const [flipX, flipY, transpose] = [twin.integer(2), twin.integer(2), twin.integer(2)];
    const plain = crop(chosen.hr, x, y, 4, 4).data;
    const expected: number[] = [];
    for (let row = 0; row < 4; row++) {
      for (let column = 0; column < 4; column++) {
        const [r, c] = transpose ? [column, row] : [row, column];
        const from = ((flipY ? 3 - r : r) * 4 + (flipX ? 3 - c : c)) * 3;
        expected.push(...plain.slice(from, from + 3));
      }
    }
    expect([...hr].map((v) => Math.round(v * 255))).toEqual(expected);
    expect(rng.state()).toEqual(twin.state());
  });

  it('reaches every position, the last row and column included', () => {
    const sampler = patchSampler([pair('small', 3, 4, 1, 0)], { patch: 3, scale: 1, batch: 1, channels: 3 }, seedRng(2));
    const tops = new Set(
      Array.from({ length: 40 }, () => Math.round(255 * Math.min(...[...sampler.next().hr].filter((_, i) => i % 3 === 1)))),
    );
    expect([...tops].sort()).toEqual([0, 1]);
  });

  it('continues from a saved state with the same bytes', () => {
    const config = { patch: 8, scale: 2, batch: 3, channels: 3 } as const;
    const sampler = patchSampler(PAIRS, config, seedRng(3));
    sampler.next();
    const saved: unknown = JSON.parse(JSON.stringify(sampler.state()));
    const continued = [sampler.next(), sampler.next()];
    const resumed = patchSampler(PAIRS, config, restoreRng(saved as ReturnType<typeof sampler.state>));
    expect([resumed.next(), resumed.next()]).toEqual(continued);
    expect(continued[0]).not.toEqual(continued[1]);
  });

  it('gives BT.601 luma over 255 when asked for one channel', () => {
    const flat: Image = { width: 2, height: 2, channels: 3, data: new Uint8Array(12).map((_, i) => [200, 100, 50][i % 3] as number) };
    const config = { patch: 2, scale: 1, batch: 1, channels: 1 } as const;
    const { lr, hrShape } = patchSampler([{ name: 'flat', hr: flat, lr: flat }], config, seedRng(1)).next();
    expect(hrShape).toEqual([1, 2, 2, 1]);
    for (const value of lr) expect(value).toBeCloseTo(lumaOf(200, 100, 50) / 255, 7);
  });

  it('takes a grey image as R = G = B', () => {
    const grey: Image = { width: 2, height: 2, channels: 1, data: Uint8Array.from([51, 51, 51, 51]) };
    const { hr } = patchSampler([{ name: 'grey', hr: grey, lr: grey }], { patch: 2, scale: 1, batch: 1, channels: 3 }, seedRng(1)).next();
    expect([...hr]).toEqual(new Array(12).fill(Math.fround(0.2)));
  });

  it('names an image that is smaller than a patch', () => {
    const config = { patch: 16, scale: 2, batch: 1, channels: 3 } as const;
    expect(() => patchSampler(PAIRS, config, seedRng(1))).toThrow(
      new UserError('image one is 18x14; expected at least the patch size, 16x16'),
    );
  });

  it('refuses a pair that does not fit, a patch that is no multiple of the scale, and no images', () => {
    const odd = { ...(PAIRS[0] as TrainingPair), lr: coordinates(9, 6, 0) };
    expect(() => patchSampler([odd], { patch: 8, scale: 2, batch: 1, channels: 3 }, seedRng(1))).toThrow('image one: HR 18x14 and LR 9x6');
    expect(() => patchSampler(PAIRS, { patch: 7, scale: 2, batch: 1, channels: 3 }, seedRng(1))).toThrow('a multiple of the scale');
    expect(() => patchSampler([], { patch: 8, scale: 2, batch: 1, channels: 3 }, seedRng(1))).toThrow('no images');
  });
});

describe('loadPairs', () => {
  it('crops HR to a multiple of the scale and pairs it with its LR', async () => {
    const dataset = await openDataset('procedural-test', null);
    const [first] = await loadPairs(dataset, 7);
    expect([first?.hr.width, first?.hr.height, first?.lr.width, first?.lr.height]).toEqual([119, 91, 17, 13]);
    expect(first?.lr.data).toEqual(makeLr(first?.hr as Image, 7).data);
  });
});
