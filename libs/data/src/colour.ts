import { peak, type Values } from './depth';
import type { Image } from './image';

/**
 * Luma of BT.601 in studio range, as MATLAB's rgb2ycbcr: Y = 16 + (65.481 R + 128.553 G + 24.966 B) / 255 for R, G, B in 0..255, so
 * 16..235; not rounded. Values of 16 bits are taken as v / 257. One value per pixel, row by row. A grey pixel counts as R = G = B.
 */
export function luma(image: Image<Values>): Float64Array {
  const y = new Float64Array(image.width * image.height);
  const { data } = image;
  const unit = peak(data) / 255;
  if (image.channels === 1) {
    for (let i = 0; i < y.length; i++) y[i] = lumaOf((data[i] as number) / unit, (data[i] as number) / unit, (data[i] as number) / unit);
  } else {
    for (let i = 0, j = 0; i < y.length; i++, j += 3) {
      y[i] = lumaOf((data[j] as number) / unit, (data[j + 1] as number) / unit, (data[j + 2] as number) / unit);
    }
  }
  return y;
}

/** `luma` of one pixel, R, G, B in 0..255. */
export function lumaOf(r: number, g: number, b: number): number {
  return 16 + (65.481 * r + 128.553 * g + 24.966 * b) / 255;
}
