import type { Rng } from '@distillery/tensor';
import { UserError } from '@distillery/tensor';
import type { Size } from '../image';
import type { FloatImage } from './float-image';

/**
 * From HR, RGB in 0..1, to LR of exactly 1 / scale of its size, in multiples of 1 / 255. All that is random comes from `rng`.
 * Throws UserError if the size is no multiple of the scale.
 */
export type Degradation = (hr: FloatImage, scale: number, rng: Rng) => FloatImage;

/** The size of the LR image. Throws as `Degradation` does. */
export function lrSize({ width, height }: Size, scale: number): Size {
  if (width % scale !== 0 || height % scale !== 0) {
    throw new UserError(`an image of ${width}x${height} cannot be degraded to 1/${scale}; expected a multiple of ${scale}`);
  }
  return { width: width / scale, height: height / scale };
}

/** A size times a factor, rounded down, but never to nothing. */
export function scaledBy({ width, height }: Size, factor: number): Size {
  return { width: Math.max(1, Math.floor(width * factor)), height: Math.max(1, Math.floor(height * factor)) };
}
