import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { memory, tensor4d } from '@tensorflow/tfjs-core';
import { crop, cropToMultiple, imageToTensor, luma, tensorToImage, toRgb, type Image } from '@distillery/data';
import { useEngine, UserError } from '@distillery/tensor';

const image: Image = { width: 4, height: 3, channels: 3, data: Uint8Array.from({ length: 36 }, (_, i) => i * 7) };

describe('crop', () => {
  it('copies the rectangle', () => {
    const part = crop(image, 1, 2, 2, 1);
    expect(part).toEqual({ width: 2, height: 1, channels: 3, data: image.data.slice(27, 33) });
    part.data[0] = 0;
    expect(image.data[27]).toBe(189);
  });

  it.each([
    [3, 0, 2, 1],
    [0, 0, 0, 1],
    [-1, 0, 2, 1],
    [0, 0, 1.5, 1],
  ])('refuses (%f, %f) %fx%f', (x, y, width, height) => {
    expect(() => crop(image, x, y, width, height)).toThrow(UserError);
  });
});

describe('cropToMultiple', () => {
  it('drops the last rows and columns, or nothing', () => {
    expect(cropToMultiple(image, 3)).toEqual(crop(image, 0, 0, 3, 3));
    expect(cropToMultiple(image, 1)).toBe(image);
    expect(() => cropToMultiple(image, 4)).toThrow('image of 4x3: expected at least 4x4 for scale 4');
    expect(() => cropToMultiple(image, 1.5)).toThrow('expected a positive integer');
  });
});

describe('colour', () => {
  it('repeats grey and leaves RGB alone', () => {
    expect(toRgb(image)).toBe(image);
    const grey: Image = { width: 2, height: 1, channels: 1, data: Uint8Array.from([5, 250]) };
    expect(toRgb(grey)).toEqual({ width: 2, height: 1, channels: 3, data: Uint8Array.from([5, 5, 5, 250, 250, 250]) });
    expect(luma(grey)).toEqual(luma(toRgb(grey)));
  });

  // MATLAB's documentation of rgb2ycbcr: Y is 16 for black and 235 for white; primaries by their weights.
  it.each([
    [[0, 0, 0], 16],
    [[255, 255, 255], 235],
    [[255, 0, 0], 81.481],
    [[0, 255, 0], 144.553],
    [[0, 0, 255], 40.966],
  ])('luma of %j is %f', (rgb, y) => {
    expect(luma({ width: 1, height: 1, channels: 3, data: Uint8Array.from(rgb) })[0]).toBeCloseTo(y, 10);
  });
});

describe('images and tensors', () => {
  let before = 0;
  beforeAll(async () => {
    await useEngine('wasm');
    before = memory().numTensors;
  });
  afterEach(() => expect(memory().numTensors).toBe(before));

  it('round-trip all 256 values', () => {
    const all: Image = { width: 16, height: 16, channels: 1, data: Uint8Array.from({ length: 256 }, (_, i) => i) };
    for (const original of [all, image]) {
      const tensor = imageToTensor(original);
      expect(tensor.shape).toEqual([1, original.height, original.width, original.channels]);
      expect(tensorToImage(tensor)).toEqual(original);
      tensor.dispose();
    }
  });

  it('rounds half up and clips', () => {
    const tensor = tensor4d([-0.1, 1.2, 2.5 / 255, 2.49 / 255, Infinity, 0.5], [1, 2, 3, 1]);
    expect([...tensorToImage(tensor).data]).toEqual([0, 255, 3, 2, 255, 128]);
    tensor.dispose();
  });

  it('refuses NaN, batches and other channel counts', () => {
    for (const [values, shape] of [
      [[NaN], [1, 1, 1, 1]],
      [
        [0, 0],
        [2, 1, 1, 1],
      ],
      [
        [0, 0],
        [1, 1, 1, 2],
      ],
    ] as [number[], [number, number, number, number]][]) {
      const tensor = tensor4d(values, shape);
      expect(() => tensorToImage(tensor)).toThrow(UserError);
      tensor.dispose();
    }
  });
});
