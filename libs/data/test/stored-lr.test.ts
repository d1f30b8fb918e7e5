import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeLr, readImage, type Border } from '@distillery/data';
import { imagesIn } from '../src/image-folder';
import { DATA, haveData } from './shared-data';

// LR images made by MATLAB itself (its newer and its older border), as published with the datasets.
const SETS: [set: string, hr: string, lr: string, scale: number, border: Border, images: number][] = [
  ...[2, 3, 4].map((s): [string, string, string, number, Border, number] => [
    'Set5',
    'Set5/HR',
    `Set5/LR_bicubic/X${s}`,
    s,
    'symmetric',
    5,
  ]),
  ...[2, 3, 4].map((s): [string, string, string, number, Border, number] => [
    'BSD100',
    'BSD100/HR_png10',
    `BSD100/LR_bicubic_replicate/X${s}`,
    s,
    'replicate',
    10,
  ]),
  ['Urban100', 'Urban100-subset/HR', 'Urban100-subset/LR_bicubic_replicate/X4', 4, 'replicate', 10],
];

describe('bicubic against MATLAB', () => {
  it.skipIf(!haveData).each(SETS)(
    '%s: every stored LR image of %s in %s (x%i, %s), bit for bit',
    async (_, hr, lr, scale, border, images) => {
      const stored = imagesIn(join(DATA, 'benchmarks', lr));
      expect(stored.size).toBe(images);
      for (const [name, path] of stored) {
        const made = makeLr(await readImage(join(DATA, 'benchmarks', hr, `${name.slice(0, -2)}.png`)), scale, border);
        const expected = await readImage(path);
        expect([name, made.width, made.height]).toEqual([name, expected.width, expected.height]);
        expect(Buffer.compare(made.data, expected.data), name).toBe(0);
      }
    },
  );

  it.skipIf(!haveData)('tells the two borders apart', async () => {
    const hr = await readImage(join(DATA, 'benchmarks/Set5/HR/baby.png'));
    expect(Buffer.compare(makeLr(hr, 4, 'symmetric').data, makeLr(hr, 4, 'replicate').data)).not.toBe(0);
  });
});
