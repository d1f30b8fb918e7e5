import { tensor4d, type Tensor4D } from '@tensorflow/tfjs-core';
import type { ConvGeometry } from './conv2d-geometry';

/** Elements of the image under every window, padding not counted: `[1, outHeight, outWidth, 1]`. */
export function windowCounts({
  inHeight,
  inWidth,
  outHeight,
  outWidth,
  filterHeight,
  filterWidth,
  strideHeight,
  strideWidth,
  padInfo,
}: ConvGeometry): Tensor4D {
  const along = (size: number, inSize: number, reach: number, stride: number, before: number): number[] =>
    Array.from({ length: size }, (_, i) => Math.min(i * stride - before + reach, inSize) - Math.max(i * stride - before, 0));
  const rows = along(outHeight, inHeight, filterHeight, strideHeight, padInfo.top);
  const columns = along(outWidth, inWidth, filterWidth, strideWidth, padInfo.left);
  return tensor4d(
    rows.flatMap((row) => columns.map((column) => row * column)),
    [1, outHeight, outWidth, 1],
  );
}
