import type { FloatImage } from '@distillery/data';

/** The image of golden/make.py: a closed formula of the index. */
export function formulaImage(width = 21, height = 14): FloatImage {
  return { width, height, data: Float32Array.from({ length: width * height * 3 }, (_, i) => 0.5 + 0.5 * Math.sin((0.37 * i ** 2) / 50)) };
}

/** All values the same. */
export function flatImage(width: number, height: number, value: number): FloatImage {
  return { width, height, data: new Float32Array(width * height * 3).fill(value) };
}

export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new Error(`${a.length} values against ${b.length}`);
  return Array.from(a).reduce((worst, value, i) => Math.max(worst, Math.abs(value - (b[i] as number))), 0);
}
