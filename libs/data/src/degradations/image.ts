import { toRgb, type Image } from '../image';
import type { FloatImage } from './float-image';

/** An 8-bit image as floats in 0..1, grey ones in three equal channels. */
export function fromImage(image: Image): FloatImage {
  const { width, height, data } = toRgb(image);
  return { width, height, data: Float32Array.from(data, (value) => value / 255) };
}

/** Floats in 0..1 as an 8-bit image, rounded half up and clipped. */
export function toImage({ width, height, data }: FloatImage): Image {
  return { width, height, channels: 3, data: Uint8Array.from(data, (value) => Math.min(Math.max(Math.floor(255 * value + 0.5), 0), 255)) };
}
