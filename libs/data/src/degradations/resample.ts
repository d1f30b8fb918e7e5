import { UserError } from '@distillery/tensor';
import { cubic } from '../cubic';
import type { Size } from '../image';
import type { FloatImage } from './float-image';

/**
 * Interpolations of OpenCV and PyTorch; none of them widens its kernel when it shrinks.
 * - `bilinear`, `bicubic` (a = -0.75): half-pixel centres, edge pixels repeated. The two libraries agree.
 * - `area`: OpenCV's. Shrinking, the mean over the pixel's exact footprint; enlarging, linear between pixels within half a footprint of an edge.
 * - `adaptive-area`: PyTorch's. The mean over all pixels that the footprint touches, each counted whole.
 */
export type Interpolation = 'bilinear' | 'bicubic' | 'area' | 'adaptive-area';

/**
 * The image at another size, one axis after the other, nothing clipped. `step`: input pixels per output pixel, where that is not the ratio
 * of the sizes (PyTorch keeps the factor that it was given, though the size was rounded). Throws UserError for a size below 1x1.
 */
export function resample(image: FloatImage, size: Size, interpolation: Interpolation, step?: number): FloatImage {
  if (!(size.width >= 1 && size.height >= 1)) throw new UserError(`resample to ${size.width}x${size.height}: expected at least 1x1`);
  const { width, height } = image;
  const rows = axis(interpolation, height, size.height, step ?? height / size.height);
  const columns = axis(interpolation, width, size.width, step ?? width / size.width);
  const tall = new Float64Array(size.height * width * 3);
  rows.forEach((taps, y) => {
    for (const [from, weight] of taps) {
      for (let i = 0; i < width * 3; i++) {
        const o = y * width * 3 + i;
        tall[o] = (tall[o] as number) + weight * (image.data[from * width * 3 + i] as number);
      }
    }
  });
  const data = new Float32Array(size.height * size.width * 3);
  for (let y = 0; y < size.height; y++) {
    columns.forEach((taps, x) => {
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        for (const [from, weight] of taps) sum += weight * (tall[(y * width + from) * 3 + c] as number);
        data[(y * size.width + x) * 3 + c] = sum;
      }
    });
  }
  return { ...size, data };
}

/** Input pixel and its weight. */
type TapWeight = readonly [from: number, weight: number];

function axis(interpolation: Interpolation, inputs: number, outputs: number, step: number): TapWeight[][] {
  return Array.from({ length: outputs }, (_, o) => {
    switch (interpolation) {
      case 'bilinear':
        return linear((o + 0.5) * step - 0.5, inputs);
      case 'bicubic':
        return cubicTaps((o + 0.5) * step - 0.5, inputs);
      case 'area':
        return step >= 1 ? footprint(o * step, (o + 1) * step, inputs) : enlargedArea(o, step, inputs);
      case 'adaptive-area':
        return mean(Math.floor((o * inputs) / outputs), Math.ceil(((o + 1) * inputs) / outputs));
    }
  });
}

function linear(centre: number, inputs: number): TapWeight[] {
  const left = Math.floor(centre);
  return [
    [inside(left, inputs), left + 1 - centre],
    [inside(left + 1, inputs), centre - left],
  ];
}

function cubicTaps(centre: number, inputs: number): TapWeight[] {
  const first = Math.floor(centre) - 1;
  return [0, 1, 2, 3].map((t) => [inside(first + t, inputs), cubic(centre - first - t, -0.75)]);
}

/** Mean over the interval from..to, pixel i covering i..i+1; what reaches past the last pixel does not count. */
function footprint(from: number, to: number, inputs: number): TapWeight[] {
  const end = Math.min(to, inputs);
  const taps: TapWeight[] = [];
  // The bounds are sums of rounded steps: a sliver of a pixel is an error of theirs.
  for (let i = Math.floor(from + 1e-9); i < end - 1e-9; i++) taps.push([i, (Math.min(i + 1, end) - Math.max(i, from)) / (end - from)]);
  return taps;
}

/** OpenCV enlarging by area: linear, the ramp from one pixel to the next only as wide as an output pixel. */
function enlargedArea(o: number, step: number, inputs: number): TapWeight[] {
  const left = Math.floor(o * step);
  const reach = o + 1 - (left + 1) / step;
  const share = reach <= 0 ? 0 : reach - Math.floor(reach);
  return [
    [inside(left, inputs), 1 - share],
    [inside(left + 1, inputs), share],
  ];
}

function mean(from: number, to: number): TapWeight[] {
  return Array.from({ length: to - from }, (_, i) => [from + i, 1 / (to - from)]);
}

function inside(i: number, n: number): number {
  return Math.min(Math.max(i, 0), n - 1);
}
