import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import sharp from 'sharp';
import { UserError } from '@distillery/tensor';
import { blurredAndPicked, resized, storedAsJpeg } from '../../src/degradations/bsrgan-stages';
import { symmetricRoot } from '../../src/degradations/correlated-noise';
import { filter } from '../../src/degradations/filter';
import { clip, greyOf, halfToEven, roundTo8Bit, type FloatImage } from '../../src/degradations/float-image';
import { gaussianKernel, generalisedGaussianKernel, isotropic, plateauKernel } from '../../src/degradations/gaussian-kernels';
import { fromImage, toImage } from '../../src/degradations/image';
import { jpeg } from '../../src/degradations/jpeg';
import { kernelOf, type Kernel } from '../../src/degradations/kernel';
import { logFactorial } from '../../src/degradations/poisson';
import { resample, type Interpolation } from '../../src/degradations/resample';
import { sharpen } from '../../src/degradations/sharpen';
import { besselJ1, sincKernel } from '../../src/degradations/sinc-kernel';
import { flatImage, formulaImage, largestDifference } from './image';

interface Golden {
  readonly shape: readonly number[];
  /** Every seventh of the array's values. */
  readonly values: readonly number[];
}
/** By numpy, scipy, OpenCV and PyTorch in float64: golden/make.py. */
const GOLDEN = JSON.parse(readFileSync(join(__dirname, 'golden/stages.json'), 'utf8')) as Record<string, Golden>;
const IMAGE = formulaImage();

function expectGolden(name: string, shape: readonly number[], data: ArrayLike<number>, tolerance: number): void {
  const golden = GOLDEN[name];
  if (!golden) throw new Error(`no golden values of ${name}`);
  expect(shape, name).toEqual(golden.shape);
  const seen = Array.from(data).filter((_, i) => i % 7 === 0);
  expect(largestDifference(seen, golden.values), name).toBeLessThan(tolerance);
}

const expectImage = (name: string, { width, height, data }: FloatImage, tolerance = 2e-7): void =>
  expectGolden(name, [height, width, 3], data, tolerance);
const expectKernel = (name: string, { width, height, weights }: Kernel): void => expectGolden(name, [height, width], weights, 1e-12);

/** Its red channel in all three. */
function greyed(image: FloatImage): FloatImage {
  return { ...image, data: image.data.map((_, i) => image.data[3 * Math.floor(i / 3)] as number) };
}

describe('kernels', () => {
  const spread = { sigmaX: 2.1, sigmaY: 0.9, rotation: 0.4 };

  it('have the weights of numpy’s', () => {
    expectKernel('gaussian', gaussianKernel(13, spread));
    expectKernel('generalised', generalisedGaussianKernel(13, spread, 1.7));
    expectKernel('plateau', plateauKernel(13, spread, 1.3));
    expectKernel('sinc', sincKernel(9, 2));
  });

  it('sum to one and are turned with their axes', () => {
    for (const kernel of [gaussianKernel(21, isotropic(3)), plateauKernel(21, spread, 2), sincKernel(21, Math.PI / 5)])
      expect(kernel.weights.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    const turned = gaussianKernel(9, { ...spread, rotation: Math.PI / 2 });
    const swapped = gaussianKernel(9, { sigmaX: spread.sigmaY, sigmaY: spread.sigmaX, rotation: 0 });
    expect(largestDifference(turned.weights, swapped.weights)).toBeLessThan(1e-15);
  });

  it('need scipy’s J1 and log-gamma', () => {
    const x = Array.from({ length: 81 }, (_, i) => i - 40);
    expectGolden('besselJ1', [81], x.map(besselJ1), 1e-13);
    const k = [0, 1, 2, 5, 9, 10, 11, 100, 5000].flatMap((value) => Array<number>(7).fill(value));
    expectGolden('logFactorial', [63], k.map(logFactorial), 1e-10);
  });
});

describe('filter', () => {
  it('correlates, mirrored at the border as often as the kernel reaches', () => {
    const gaussian = gaussianKernel(25, { sigmaX: 3, sigmaY: 2, rotation: 0.3 });
    const lopsided = kernelOf(25, (dx, dy) => (gaussian.weights[(dy + 12) * 25 + dx + 12] as number) * (1 + 0.03 * dx));
    expectImage('filter', filter(IMAGE, lopsided));
  });

  it('leaves the image alone with a pulse, and a flat one with any kernel', () => {
    expect(filter(IMAGE, { width: 1, height: 1, weights: Float64Array.of(1) })).toEqual(IMAGE);
    expect(largestDifference(filter(flatImage(5, 1, 0.3), gaussianKernel(21, isotropic(3))).data, flatImage(5, 1, 0.3).data)).toBeLessThan(
      1e-7,
    );
  });
});

describe('resample', () => {
  const SIZES = { down: [5, 4], odd: [13, 9], up: [33, 23] } as const;

  it.each(['bilinear', 'bicubic', 'area'] as const)('%s is OpenCV’s, whose cubic weights are single precision', (interpolation) => {
    for (const [name, [width, height]] of Object.entries(SIZES))
      expectImage(`${interpolation}-${name}`, resample(IMAGE, { width, height }, interpolation), 2e-6);
  });

  it.each(['bilinear', 'bicubic', 'adaptive-area'] as const)('%s by a factor is PyTorch’s, which keeps the factor', (interpolation) => {
    for (const factor of [0.37, 1.3]) {
      const size = { width: Math.floor(21 * factor), height: Math.floor(14 * factor) };
      expectImage(`${interpolation}-by-${factor}`, resample(IMAGE, size, interpolation, 1 / factor));
    }
  });

  it.each(['bilinear', 'bicubic', 'area', 'adaptive-area'] as const)('%s to its own size changes nothing', (interpolation) => {
    expect(largestDifference(resample(IMAGE, IMAGE, interpolation).data, IMAGE.data)).toBeLessThan(1e-7);
  });

  it('refuses to make nothing of an image, in one line', () => {
    expect(() => resample(IMAGE, { width: 0, height: 4 }, 'area')).toThrow(UserError);
    expect(() => resample(IMAGE, { width: 0, height: 4 }, 'area')).toThrow(/^resample to 0x4: expected at least 1x1$/);
  });

  it('is clipped by BSRGAN, where bicubic overshoots', () => {
    const step: FloatImage = { width: 4, height: 1, data: Float32Array.of(0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1) };
    const free = (kind: Interpolation) => resample(step, { width: 16, height: 1 }, kind).data;
    expect(Math.min(...free('bicubic'))).toBeLessThan(0);
    const clipped = resized(step, { width: 16, height: 1 }, 'bicubic').data;
    expect([Math.min(...clipped), Math.max(...clipped)]).toEqual([0, 1]);
  });
});

describe('JPEG', () => {
  it('loses what numpy’s loses, at whole and broken qualities below and above 50', () => {
    // A coefficient that lies half-way between two multiples may fall either way: not among the golden ones.
    expectImage('jpeg-42.5', jpeg(IMAGE, 42.5), 1e-6);
    expectImage('jpeg-80', jpeg(IMAGE, 80), 1e-6);
  });

  it.each([35, 60, 90])('at quality %i is close to what a codec makes of the same image', async (quality) => {
    const smooth = greyed(filter(formulaImage(64, 48), gaussianKernel(9, isotropic(0.7))));
    const { width, height, data } = toImage(smooth);
    const file = await sharp(data, { raw: { width, height, channels: 3 } })
      .jpeg({ quality, chromaSubsampling: '4:2:0' })
      .toBuffer();
    const decoded = await sharp(file).raw().toBuffer();
    const ours = storedAsJpeg(smooth, quality);
    const error = (a: ArrayLike<number>) =>
      [...decoded].reduce((sum, value, i) => sum + (value - 255 * (a[i] as number)) ** 2, 0) / decoded.length;
    // The codec rounds its tables and counts in integers; against what JPEG loses that is little. Grey, since it enlarges chroma otherwise.
    expect(error(ours.data)).toBeLessThan(0.25 * error(smooth.data));
  });

  it('loses next to nothing of a flat image, and only the chroma’s detail at quality 100', () => {
    expect(largestDifference(jpeg(flatImage(20, 9, 0.5), 95).data, flatImage(20, 9, 0.5).data)).toBeLessThan(0.02);
    const grey = greyed(IMAGE);
    expect(largestDifference(jpeg(grey, 100).data, grey.data)).toBeLessThan(1e-5);
  });

  it('gives 8-bit values where a file is stored', () => {
    for (const value of storedAsJpeg(IMAGE, 70).data) expect(Math.abs(255 * value - Math.round(255 * value))).toBeLessThan(1e-4);
  });
});

describe('sharpening, picking, roots of covariances', () => {
  it('sharpens as numpy does', () => expectImage('sharpen', sharpen(IMAGE), 5e-7));

  it('sharpens nothing that is flat', () => {
    expect(largestDifference(sharpen(flatImage(9, 7, 0.4)).data, flatImage(9, 7, 0.4).data)).toBeLessThan(1e-7);
  });

  it('blurs and picks as scipy does', () => expectImage('pick', blurredAndPicked(IMAGE, 2, 0.8)));

  it('takes scipy’s matrix root, and one of a matrix that is no covariance', () => {
    const root = symmetricRoot([
      [0.5, 0.2, 0.1],
      [0.2, 0.4, 0.05],
      [0.1, 0.05, 0.3],
    ]);
    expectGolden(
      'root',
      [63],
      root.flat().flatMap((value) => Array<number>(7).fill(value)),
      1e-12,
    );
    // Eigenvalues 3 and -1 twice: counted by their size, the root of (3 1 1).
    const indefinite = symmetricRoot([
      [1 / 3, 4 / 3, 4 / 3],
      [4 / 3, 1 / 3, 4 / 3],
      [4 / 3, 4 / 3, 1 / 3],
    ]);
    const off = (Math.sqrt(3) - 1) / 3;
    indefinite.forEach((row, i) => row.forEach((value, j) => expect(value).toBeCloseTo(i === j ? 1 + off : off, 12)));
  });
});

describe('values', () => {
  it('are rounded to 8 bits with halves to the even one, and clipped', () => {
    expect([0.5, 1.5, 2.5, -0.5, 2.4999, 7].map(halfToEven)).toEqual([0, 2, 2, 0, 2, 7]);
    const image: FloatImage = { width: 1, height: 1, data: Float32Array.of(-0.2, 100.4 / 255, 1.3) };
    expect(Array.from(roundTo8Bit(image).data, (value) => Math.round(value * 255))).toEqual([0, 100, 255]);
    expect(Array.from(clip(image).data)).toEqual([0, Math.fround(100.4 / 255), 1]);
  });

  it('become images and come back, grey ones in three channels', () => {
    const stored = toImage(IMAGE);
    expect(largestDifference(fromImage(stored).data, IMAGE.data)).toBeLessThan(0.5 / 255 + 1e-6);
    expect(toImage(fromImage(stored))).toEqual(stored);
    const grey = fromImage({ width: 2, height: 1, channels: 1, data: Uint8Array.of(51, 255) });
    expect(largestDifference(grey.data, [0.2, 0.2, 0.2, 1, 1, 1])).toBeLessThan(1e-7);
    expect(largestDifference(greyOf({ width: 1, height: 1, data: Float32Array.of(1, 0, 0) }), [0.299])).toBeLessThan(1e-7);
  });
});
