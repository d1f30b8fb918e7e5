import type { Size } from '../image';

/** An RGB image between the stages of a degradation: `data[(y * width + x) * 3 + c]`, 0..1 where a stage does not say otherwise. Read-only. */
export interface FloatImage extends Size {
  readonly data: Float32Array;
}

/** f of every value. */
export function mapValues(image: FloatImage, f: (value: number, index: number) => number): FloatImage {
  return { ...image, data: image.data.map(f) };
}

/** Values clipped to 0..1. */
export function clip(image: FloatImage): FloatImage {
  return mapValues(image, (value) => Math.min(Math.max(value, 0), 1));
}

/** Clipped to 0..1 and rounded to multiples of 1/255, halves to the even one: what storing as 8 bits does in OpenCV and PyTorch. */
export function roundTo8Bit(image: FloatImage): FloatImage {
  return mapValues(image, (value) => halfToEven(Math.min(Math.max(value, 0), 1) * 255) / 255);
}

/** The nearest integer, of two as near the even one. */
export function halfToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

/** Grey value 0.299 R + 0.587 G + 0.114 B of each pixel. */
export function greyOf({ width, height, data }: FloatImage): Float32Array {
  return Float32Array.from({ length: width * height }, (_, i) => {
    const [r, g, b] = [data[3 * i] as number, data[3 * i + 1] as number, data[3 * i + 2] as number];
    return 0.299 * r + 0.587 * g + 0.114 * b;
  });
}
