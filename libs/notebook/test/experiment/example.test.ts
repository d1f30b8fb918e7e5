import type { Dataset, DatasetItem, Image } from '@distillery/data';
import { exampleOf } from '@distillery/notebook';
import { UserError } from '@distillery/tensor';
import { expect, it } from 'vitest';

const grey = (width: number, height: number): Image => ({ width, height, channels: 3, data: new Uint8Array(3 * width * height).fill(128) });
const item = (name: string, width: number, height: number): DatasetItem => ({
  name,
  hr: () => Promise.resolve(grey(width, height)),
  lr: (scale) => Promise.resolve(grey(Math.floor(width / scale), Math.floor(height / scale))),
});
const setOf = (...items: DatasetItem[]): Dataset => ({ name: 'a set', items, hash: '', procedural: false, groundTruth: true });

it('exampleOf shows the smallest image, the first of equals, cropped to what the scale divides', async () => {
  const { name, lr, hr, bicubic } = await exampleOf(setOf(item('large', 64, 64), item('small', 50, 41), item('equal', 41, 50)), 4);
  expect(name).toBe('small');
  expect([lr, hr, bicubic].map(({ width, height }) => [width, height])).toEqual([
    [12, 10],
    [48, 40],
    [48, 40],
  ]);
});

it('exampleOf refuses a set without images', async () => {
  await expect(exampleOf(setOf(), 4)).rejects.toThrow(new UserError('dataset a set has no images'));
});
