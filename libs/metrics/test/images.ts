import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Image } from '@distillery/data';

/** The folder of real images, or the place where it would be. */
export const DATA = process.env['DISTILLERY_DATA'] ?? join(__dirname, '../../../../shared/data');

/** Whether the real images are there; tests that need them are skipped by name otherwise. */
export const haveData = existsSync(DATA);

/** Two images of one random size from `min` on and random content. */
export function imagePair(min: number, channels: 1 | 3 = 3): fc.Arbitrary<[Image, Image]> {
  const side = fc.integer({ min, max: min + 6 });
  return fc.tuple(side, side).chain(([width, height]) => {
    const length = width * height * channels;
    const image = fc.uint8Array({ minLength: length, maxLength: length }).map((data): Image => ({ width, height, channels, data }));
    return fc.tuple(image, image);
  });
}

/** Deterministic busy content. */
export function busyImage(width: number, height: number, channels: 1 | 3, step: number): Image {
  const data = new Uint8Array(width * height * channels).map((_, i) => (i * i * step + (i % 11) * 17 + (i >> 2) * 5) % 256);
  return { width, height, channels, data };
}
