import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { degradePatches, DEGRADATIONS, type DegradationName, type FloatImage } from '@distillery/data';
import { seedRng, UserError } from '@distillery/tensor';
import { applyBsrgan, drawBsrgan } from '../../src/degradations/bsrgan';
import { camera } from '../../src/degradations/camera';
import { roundTo8Bit } from '../../src/degradations/float-image';
import { applyRealEsrgan, drawRealEsrgan, type RealEsrganDraw } from '../../src/degradations/real-esrgan';
import { resample } from '../../src/degradations/resample';
import { sharpen } from '../../src/degradations/sharpen';
import { flatImage, formulaImage, largestDifference } from './image';

const NAMES = Object.keys(DEGRADATIONS) as DegradationName[];
const ALL = { ...DEGRADATIONS, camera };
const each = Object.entries(ALL);
const HR = formulaImage(32, 24);

const digest = ({ data }: FloatImage): string => createHash('sha256').update(Buffer.from(data.buffer, data.byteOffset, data.byteLength)).digest('hex'); // prettier-ignore

describe.each(each)('%s', (_, degrade) => {
  it.each([2, 3, 4])('gives 8-bit values in 0..1 at 1/%i of the size', (scale) => {
    const hr = formulaImage(12 * scale, 8 * scale);
    for (let seed = 0; seed < 8; seed++) {
      const { width, height, data } = degrade(hr, scale, seedRng(seed));
      expect([width, height, data.length]).toEqual([12, 8, 12 * 8 * 3]);
      for (const value of data) {
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
        expect(Math.abs(255 * value - Math.round(255 * value))).toBeLessThan(1e-4);
      }
    }
  });

  it('gives the same bytes for the same seed, others for another, and leaves HR as it was', () => {
    const before = digest(HR);
    const of = (seed: number) => digest(degrade(HR, 4, seedRng(seed)));
    expect(of(1)).toBe(of(1));
    expect(new Set(Array.from({ length: 12 }, (_, seed) => of(seed))).size).toBeGreaterThan(2);
    expect(digest(HR)).toBe(before);
  });

  it('refuses a size that is no multiple of the scale, in one line', () => {
    const odd = formulaImage(30, 24);
    expect(() => degrade(odd, 4, seedRng(1))).toThrow(UserError);
    expect(() => degrade(odd, 4, seedRng(1))).toThrow(/^an image of 30x24 cannot be degraded to 1\/4; expected a multiple of 4$/);
  });

  it('copes with patches smaller than its kernels, of one value or another', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 4 }),
        fc.nat(1000),
        fc.constantFrom(0, 0.5, 1),
        (w, h, seed, value) => {
          const { data } = degrade(flatImage(4 * w, 4 * h, value), 4, seedRng(seed));
          return data.length === w * h * 3 && data.every((x) => x >= 0 && x <= 1);
        },
      ),
      { numRuns: 30, seed: 3 },
    );
  });
});

describe('opencv-mix', () => {
  it('is one of three interpolations, a third each, rounded; nothing else', () => {
    const kinds = ['bicubic', 'bilinear', 'area'] as const;
    const plain = kinds.map((kind) => digest(roundTo8Bit(resample(HR, { width: 8, height: 6 }, kind))));
    const rng = seedRng(11);
    const seen = Array.from({ length: 900 }, () => plain.indexOf(digest(DEGRADATIONS['opencv-mix'](HR, 4, rng))));
    for (const kind of [0, 1, 2]) {
      const count = seen.filter((index) => index === kind).length;
      expect(Math.abs(count - 300), kinds[kind]).toBeLessThan(70);
    }
    expect(seen).not.toContain(-1);
  });
});

describe('real-esrgan', () => {
  const quiet = {
    blur: null,
    resize: 1,
    interpolation: 'bilinear',
    noise: { kind: 'gaussian', sigma: 0, colour: 'grey' },
    quality: 95,
  } as const;
  const draw = (change: Partial<RealEsrganDraw>): RealEsrganDraw => ({ first: quiet, second: quiet, sinc: null, sincFirst: true, interpolation: 'adaptive-area', ...change }); // prettier-ignore
  const apply = (change: Partial<RealEsrganDraw>, hr = HR) => applyRealEsrgan(hr, draw(change), 4, seedRng(1));

  it('draws everything before the noise, and starts from sharpened HR', () => {
    const rng = seedRng(21);
    const drawn = drawRealEsrgan(rng);
    expect(digest(DEGRADATIONS['real-esrgan'](HR, 4, seedRng(21)))).toBe(digest(applyRealEsrgan(sharpen(HR), drawn, 4, rng)));
  });

  it('comes near plain shrinking where nothing is drawn', () => {
    const smooth = formulaImage(32, 24);
    smooth.data.forEach((_, i) => (smooth.data[i] = 0.5 + 0.3 * Math.sin(Math.floor(i / 3) / 300)));
    const shrunk = resample(smooth, { width: 8, height: 6 }, 'area');
    expect(largestDifference(apply({}, smooth).data, shrunk.data)).toBeLessThan(0.04);
  });

  it('feels each of its stages', () => {
    const noise = (sigma: number) => ({ kind: 'gaussian', sigma, colour: 'colour' }) as const;
    const sinc = { kind: 'sinc', side: 9, cutoff: 1.2 } as const;
    const changes: Partial<RealEsrganDraw>[] = [
      {},
      { first: { ...quiet, blur: sinc } },
      { first: { ...quiet, resize: 0.3 } },
      { first: { ...quiet, noise: noise(0.1) } },
      { first: { ...quiet, noise: { kind: 'poisson', scale: 1, colour: 'colour' } } },
      { first: { ...quiet, quality: 30 } },
      { second: { ...quiet, blur: sinc } },
      { second: { ...quiet, resize: 0.4 } },
      { second: { ...quiet, noise: noise(0.1) } },
      { second: { ...quiet, resize: 1.2, quality: 30 } },
      { second: { ...quiet, resize: 1.2, quality: 30 }, sincFirst: false },
      { sinc },
      { sinc, sincFirst: false },
      { second: { ...quiet, resize: 1.2 }, interpolation: 'bicubic' },
    ];
    expect(new Set(changes.map((change) => digest(apply(change)))).size).toBe(changes.length);
  });

  it('resizes in the second round from the final size, not from the current one', () => {
    // One step from 32 to 4 pixels a row, enlarged to 8: neighbours of a pair are equal under `adaptive-area`, which repeats pixels when it enlarges by two.
    const { data, width, height } = apply({ second: { ...quiet, resize: 0.5, interpolation: 'adaptive-area' }, sincFirst: false });
    expect([width, height]).toEqual([8, 6]);
    for (let x = 0; x < width; x += 2) expect(data[3 * x]).toBe(data[3 * (x + 1)]);
    expect(data[0]).not.toBe(data[6]);
  });
});

describe('bsrgan', () => {
  it('draws everything before the noise, and stores the result as JPEG once more', () => {
    const rng = seedRng(22);
    const drawn = drawBsrgan(rng, 4);
    expect(digest(DEGRADATIONS.bsrgan(HR, 4, seedRng(22)))).toBe(digest(applyBsrgan(HR, drawn, 4, rng)));
    const at = (quality: number) =>
      digest(applyBsrgan(HR, { halving: null, stages: [{ kind: 'finish', interpolation: 'area' }], quality }, 4, seedRng(1)));
    expect(at(30)).not.toBe(at(95));
  });

  it('feels each of its stages, in their order', () => {
    const blur = { kind: 'blur', blur: { side: 9, spread: { sigmaX: 2, sigmaY: 1, rotation: 0.3 } } } as const;
    const finish = { kind: 'finish', interpolation: 'area' } as const;
    const shrink = { kind: 'shrink', factor: 0.4, interpolation: 'bilinear' } as const;
    const pick = { kind: 'pick', sigma: 1 } as const;
    const noise = { kind: 'noise', noise: { level: 20, colour: 'colour' } } as const;
    const jpeg = { kind: 'jpeg', quality: 30 } as const;
    const orders = [[finish], [blur, finish], [finish, blur], [shrink, finish], [pick, finish], [noise, finish], [finish, noise], [jpeg, finish], [finish, jpeg]]; // prettier-ignore
    const results = orders.map((stages) => digest(applyBsrgan(HR, { halving: null, stages, quality: 95 }, 4, seedRng(1))));
    expect(new Set(results).size).toBe(orders.length);
    const halved = (['bicubic', 'matlab-bicubic'] as const).map((halving) =>
      digest(applyBsrgan(HR, { halving, stages: [finish], quality: 95 }, 4, seedRng(1))),
    );
    expect(new Set([...halved, results[0]]).size).toBe(3);
  });
});

describe('a batch of patches', () => {
  const batch = (n: number, channels: 1 | 3) => {
    const hr = new Float32Array(n * 16 * 16 * channels).map((_, i) => ((i * 37) % 101) / 101);
    return { hr, hrShape: [n, 16, 16, channels], lr: new Float32Array(n * 4 * 4 * channels), lrShape: [n, 4, 4, channels] } as Parameters<typeof degradePatches>[0]; // prettier-ignore
  };

  it.each(NAMES)('goes through %s patch by patch, each with draws of its own', (name) => {
    const { hr, ...rest } = batch(3, 3);
    const rng = seedRng(31);
    const expected = [0, 1, 2].flatMap((n) => [
      ...DEGRADATIONS[name]({ width: 16, height: 16, data: hr.slice(n * 768, (n + 1) * 768) }, 4, rng).data,
    ]);
    expect([...degradePatches({ hr, ...rest }, DEGRADATIONS[name], 4, seedRng(31))]).toEqual(expected);
  });

  it('must be RGB', () => {
    expect(() => degradePatches(batch(1, 1), DEGRADATIONS.bsrgan, 4, seedRng(1))).toThrow(
      /^degradations need RGB patches; expected 3 channels$/,
    );
  });
});
