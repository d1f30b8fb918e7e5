import { UserError } from '@distillery/tensor';
import { cubic } from './cubic';
import { emptyLike, peak, quantised, type Values } from './depth';
import { cropToMultiple, type Image, type Size } from './image';

/** What lies beyond the edge: `symmetric` mirrors with the edge pixel repeated (newer MATLAB), `replicate` repeats the edge pixel (older MATLAB). */
export type Border = 'symmetric' | 'replicate';

/** The border conventions by name. */
export const BORDERS: readonly Border[] = ['symmetric', 'replicate'];

/**
 * MATLAB `imresize(image, scale, 'bicubic')` on uint8 (or uint16), bit for bit: cubic a = -0.5, widened by 1/scale when shrinking (antialias),
 * weights normalised; one axis after the other, rounded half up and clipped to 0..255 (0..65535) after each. The axis with the smaller scale goes
 * first, rows (height) on a tie. A scale gives ceil(scale * size) pixels; a size gives the scales output / input.
 * Throws UserError for a scale or size that is not positive.
 */
export function resizeBicubic<V extends Values>(image: Image<V>, scale: number | Size, border: Border = 'symmetric'): Image<V> {
  return { ...resize(image, scale, border, precisionOf(image.data)), channels: image.channels };
}

/** One channel in double precision, row by row. */
export interface Plane extends Size {
  readonly data: Float64Array;
}

/**
 * MATLAB `imresize(plane, scale, 'bicubic')` on double: as `resizeBicubic`, but nothing is rounded or clipped. Authors who convert to luma
 * before they shrink (VDSR) made their LR so. Throws as `resizeBicubic` does.
 */
export function resizeBicubicPlane(plane: Plane, scale: number | Size, border: Border = 'symmetric'): Plane {
  const { width, height, data } = resize({ ...plane, channels: 1 }, scale, border, DOUBLE);
  return { width, height, data };
}

/** Samples of any precision, HWC interleaved. */
interface Samples<D extends Values | Float64Array> extends Size {
  readonly channels: number;
  readonly data: D;
}

/** How the sums of a pass are kept. */
interface Precision<D extends Values | Float64Array> {
  empty(length: number): D;
  store(value: number): number;
}

function precisionOf<V extends Values>(values: V): Precision<V> {
  const white = peak(values);
  return { empty: (length) => emptyLike(values, length), store: (value) => quantised(value, white) };
}

const DOUBLE: Precision<Float64Array> = { empty: (length) => new Float64Array(length), store: (value) => value };

function resize<D extends Values | Float64Array>(
  image: Samples<D>,
  scale: number | Size,
  border: Border,
  precision: Precision<D>,
): Samples<D> {
  const [sy, sx] = typeof scale === 'number' ? [scale, scale] : [scale.height / image.height, scale.width / image.width];
  if (!(sx > 0 && sy > 0 && Number.isFinite(sx) && Number.isFinite(sy))) {
    const asked = typeof scale === 'number' ? `by ${scale}` : `to ${scale.width}x${scale.height}`;
    throw new UserError(`resize ${asked}: expected a positive scale or size`);
  }
  const size = typeof scale === 'number' ? { height: Math.ceil(sy * image.height), width: Math.ceil(sx * image.width) } : scale;
  if (!Number.isInteger(size.width) || !Number.isInteger(size.height)) {
    throw new UserError(`resize to ${size.width}x${size.height}: expected whole numbers of pixels`);
  }
  const rows = (input: Samples<D>) => resizeRows(input, axisWeights(input.height, size.height, sy, border), precision);
  const columns = (input: Samples<D>) => resizeColumns(input, axisWeights(input.width, size.width, sx, border), precision);
  return sy <= sx ? columns(rows(image)) : rows(columns(image));
}

/** The LR image of an SR benchmark: HR cropped to a multiple of `scale`, then shrunk by it as MATLAB does. */
export function makeLr<V extends Values>(hr: Image<V>, scale: number, border: Border = 'symmetric'): Image<V> {
  return resizeBicubic(cropToMultiple(hr, scale), 1 / scale, border);
}

/** For output pixel o, tap t: input pixel `index[o * taps + t]` has weight `weight[o * taps + t]`. */
interface AxisWeights {
  readonly outputs: number;
  readonly taps: number;
  readonly index: Int32Array;
  readonly weight: Float64Array;
}

function axisWeights(inputs: number, outputs: number, scale: number, border: Border): AxisWeights {
  const shrink = Math.min(scale, 1);
  const width = 4 / shrink;
  const taps = Math.ceil(width) + 2;
  const index = new Int32Array(outputs * taps);
  const weight = new Float64Array(outputs * taps);
  for (let o = 0; o < outputs; o++) {
    // MATLAB counts from 1: output pixel o + 1 has its centre at u in input coordinates.
    const u = (o + 1) / scale + 0.5 * (1 - 1 / scale);
    const left = Math.floor(u - width / 2);
    let sum = 0;
    for (let t = 0; t < taps; t++) {
      const w = shrink * cubic(shrink * (u - left - t), -0.5);
      weight[o * taps + t] = w;
      sum += w;
      index[o * taps + t] = insideIndex(left + t - 1, inputs, border);
    }
    for (let t = 0; t < taps; t++) weight[o * taps + t] = (weight[o * taps + t] as number) / sum;
  }
  return { outputs, taps, index, weight };
}

function insideIndex(i: number, n: number, border: Border): number {
  if (border === 'replicate') return Math.min(Math.max(i, 0), n - 1);
  const m = ((i % (2 * n)) + 2 * n) % (2 * n);
  return m < n ? m : 2 * n - 1 - m;
}

function resizeRows<D extends Values | Float64Array>(image: Samples<D>, axis: AxisWeights, { empty, store }: Precision<D>): Samples<D> {
  const { width, channels } = image;
  const length = width * channels;
  const data = empty(axis.outputs * length);
  const sums = new Float64Array(length);
  for (let o = 0; o < axis.outputs; o++) {
    sums.fill(0);
    for (let t = o * axis.taps; t < (o + 1) * axis.taps; t++) {
      const w = axis.weight[t] as number;
      if (w === 0) continue;
      const start = (axis.index[t] as number) * length;
      for (let i = 0; i < length; i++) sums[i] = (sums[i] as number) + w * (image.data[start + i] as number);
    }
    for (let i = 0; i < length; i++) data[o * length + i] = store(sums[i] as number);
  }
  return { width, height: axis.outputs, channels, data };
}

function resizeColumns<D extends Values | Float64Array>(image: Samples<D>, axis: AxisWeights, { empty, store }: Precision<D>): Samples<D> {
  const { width, height, channels } = image;
  const { outputs, taps } = axis;
  const data = empty(outputs * height * channels);
  for (let y = 0; y < height; y++) {
    const row = y * width * channels;
    for (let o = 0; o < outputs; o++) {
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let t = o * taps; t < (o + 1) * taps; t++) {
          sum += (axis.weight[t] as number) * (image.data[row + (axis.index[t] as number) * channels + c] as number);
        }
        data[(y * outputs + o) * channels + c] = store(sum);
      }
    }
  }
  return { width: outputs, height, channels, data };
}
