import { size, type NdArray } from './array';

export interface ConvOptions {
  readonly strides?: readonly [number, number];
  readonly dilations?: readonly [number, number];
  /** 'same' as TensorFlow has it: out = ceil(in / stride), the odd element of padding goes after. */
  readonly pad: 'same' | 'valid' | number | readonly [readonly [number, number], readonly [number, number]];
}

interface Axis {
  readonly before: number;
  readonly size: number;
}

function axis(inSize: number, kernel: number, stride: number, dilation: number, pad: 'same' | 'valid' | readonly [number, number]): Axis {
  const reach = (kernel - 1) * dilation + 1;
  if (pad === 'same') {
    const outSize = Math.ceil(inSize / stride);
    return { before: Math.floor(Math.max((outSize - 1) * stride + reach - inSize, 0) / 2), size: outSize };
  }
  const [before, after] = pad === 'valid' ? [0, 0] : pad;
  return { before, size: Math.floor((inSize + before + after - reach) / stride) + 1 };
}

/** A product of one input element, one kernel element and one output element, by their flat indices. */
type Visit = (x: number, w: number, y: number) => void;

/** Visits every product in y[n, p, q, o] += x[n, s p + d i - top, s q + d j - left, c] w[i, j, c, o] and returns the shape of y. */
function products(xShape: readonly number[], wShape: readonly number[], depthwise: boolean, options: ConvOptions, visit: Visit): number[] {
  const { strides = [1, 1], dilations = [1, 1], pad } = options;
  const [n, h, width, channels] = xShape as [number, number, number, number];
  const [kh, kw, , outer] = wShape as [number, number, number, number];
  const sides = typeof pad === 'number' ? ([[pad, pad], [pad, pad]] as const) : typeof pad === 'string' ? ([pad, pad] as const) : pad; // prettier-ignore
  const rows = axis(h, kh, strides[0], dilations[0], sides[0]);
  const columns = axis(width, kw, strides[1], dilations[1], sides[1]);
  const outChannels = depthwise ? channels * outer : outer;
  for (let image = 0; image < n; image++) {
    for (let p = 0; p < rows.size; p++) {
      for (let q = 0; q < columns.size; q++) {
        for (let i = 0; i < kh; i++) {
          const row = p * strides[0] + i * dilations[0] - rows.before;
          if (row < 0 || row >= h) continue;
          for (let j = 0; j < kw; j++) {
            const column = q * strides[1] + j * dilations[1] - columns.before;
            if (column < 0 || column >= width) continue;
            const x = ((image * h + row) * width + column) * channels;
            const y = ((image * rows.size + p) * columns.size + q) * outChannels;
            for (let c = 0; c < channels; c++) {
              const w = ((i * kw + j) * channels + c) * outer;
              for (let o = 0; o < outer; o++) visit(x + c, w + o, y + (depthwise ? c * outer : 0) + o);
            }
          }
        }
      }
    }
  }
  return [n, rows.size, columns.size, outChannels];
}

const nothing: Visit = () => undefined;

function forward(x: NdArray, w: NdArray, depthwise: boolean, options: ConvOptions): NdArray {
  const shape = products(x.shape, w.shape, depthwise, options, nothing);
  const data = new Float64Array(size(shape));
  products(x.shape, w.shape, depthwise, options, (i, k, o) => {
    data[o] = (data[o] as number) + (x.data[i] as number) * (w.data[k] as number);
  });
  return { shape, data };
}

/** y[n, p, q, o] = sum over i, j, c of x[n, s p + d i - top, s q + d j - left, c] w[i, j, c, o] */
export function conv2d(x: NdArray, w: NdArray, options: ConvOptions): NdArray {
  return forward(x, w, false, options);
}

/** y[n, p, q, c m + k] = sum over i, j of x[n, s p + d i - top, s q + d j - left, c] w[i, j, c, k], m the channel multiplier. */
export function depthwiseConv2d(x: NdArray, w: NdArray, options: ConvOptions): NdArray {
  return forward(x, w, true, options);
}

/** The transpose of conv2d as a linear map of x: the sum over the same products, collected at x. */
export function conv2dTranspose(y: NdArray, w: NdArray, xShape: readonly number[], options: ConvOptions): NdArray {
  const data = new Float64Array(size(xShape));
  products(xShape, w.shape, false, options, (i, k, o) => {
    data[i] = (data[i] as number) + (y.data[o] as number) * (w.data[k] as number);
  });
  return { shape: xShape, data };
}

/** The transpose of conv2d as a linear map of w: the sum over the same products, collected at w. */
export function conv2dFilterGradient(x: NdArray, y: NdArray, wShape: readonly number[], options: ConvOptions): NdArray {
  const data = new Float64Array(size(wShape));
  products(x.shape, wShape, false, options, (i, k, o) => {
    data[k] = (data[k] as number) + (x.data[i] as number) * (y.data[o] as number);
  });
  return { shape: wShape, data };
}
