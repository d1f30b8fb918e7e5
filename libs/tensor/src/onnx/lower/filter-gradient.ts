import type { ConvAttrs } from '../../compile/graph/conv-attrs';
import { operand, type NodeValue, type Value } from '../../compile/graph/value';
import { natural, NCHW } from './layout';
import type { Lowering, Placed } from './lowering';
import { usesWinograd, winogradFilterGradient } from './winograd';

/**
 * d conv / d w, dw[i, j] = sum over n, y, x of X[y + i, x + j] dY[y, x]: one matrix product per image, of X and dY with their pixels moved so that those which
 * belong together lie side by side. Either image can be moved once per tap of the kernel, or X once per column and dY once per row, `[kw I, h w] [h w, kh O]`: the
 * same multiplications, and the way that copies least.
 */
export function lowerConvFilterGradient(lowering: Lowering, value: NodeValue): Placed {
  const [x, dy] = [operand(value, 0), operand(value, 1)];
  const attrs = value.source.attrs as unknown as ConvAttrs;
  if (usesWinograd(lowering, x, value.shape, attrs)) return winogradFilterGradient(lowering, value);
  const { factors, shape, order } = cheapestWay(value, attrs)(lowering, value, x, dy);
  const product = lowering.matMul(...factors, { b: true, rank: 3 });
  const summed = (x.shape[0] as number) > 1 ? lowering.emit('ReduceSum', [product, lowering.integers([0])], { keepdims: 0 }) : product;
  return { name: lowering.reshape(lowering.transpose(lowering.reshape(summed, shape), order), value.shape), layout: natural(4) };
}

/** Two factors `[n, rows, pixels]`; the axes of their product and the order in which these are those of a kernel. */
interface MovedImages {
  readonly factors: readonly [string, string];
  readonly shape: readonly number[];
  readonly order: readonly number[];
}
type Way = (lowering: Lowering, value: NodeValue, x: Value, dy: Value) => MovedImages;

function cheapestWay(value: NodeValue, { strides }: ConvAttrs): Way {
  const [kh, kw, inputs, outputs] = value.shape as [number, number, number, number];
  // Apart from its stride-th pixels, nothing of X would meet a moved dY.
  if (strides.some((stride) => stride !== 1)) return imageMoved;
  const rows: [number, Way][] = [
    [kw * inputs + kh * outputs, bothMoved],
    [kh * kw * inputs, imageMoved],
    [kh * kw * outputs, gradientMoved],
  ];
  return rows.reduce((best, way) => (way[0] < best[0] ? way : best))[1];
}

function bothMoved(lowering: Lowering, value: NodeValue, x: Value, dy: Value): MovedImages {
  const [top, left] = value.source.attrs.pads as [number, number];
  const [kh, kw, inputs, outputs] = value.shape as [number, number, number, number];
  const [n, height] = x.shape as [number, number];
  const width = dy.shape[2] as number;
  const columns = range(kw).map((j) => moved(lowering, x, [0, left - j], [height, width]));
  const rows = range(kh).map((i) => moved(lowering, dy, [i - top, 0], [height, width]));
  const a = lowering.reshape(joined(lowering, columns), [n, kw * inputs, height * width]);
  const b = lowering.reshape(joined(lowering, rows), [n, kh * outputs, height * width]);
  return { factors: [a, b], shape: [kw, inputs, kh, outputs], order: [2, 0, 1, 3] };
}

function gradientMoved(lowering: Lowering, value: NodeValue, x: Value, dy: Value): MovedImages {
  const [top, left] = value.source.attrs.pads as [number, number];
  const [kh, kw, inputs, outputs] = value.shape as [number, number, number, number];
  const [n, height, width] = x.shape as [number, number, number];
  const taps = range(kh).flatMap((i) => range(kw).map((j) => moved(lowering, dy, [i - top, j - left], [height, width])));
  const a = lowering.reshape(lowering.get(x, NCHW), [n, inputs, height * width]);
  const b = lowering.reshape(joined(lowering, taps), [n, kh * kw * outputs, height * width]);
  return { factors: [a, b], shape: [inputs, kh, kw, outputs], order: [1, 2, 0, 3] };
}

/** At any stride. */
function imageMoved(lowering: Lowering, value: NodeValue, x: Value, dy: Value): MovedImages {
  const [top, left, bottom, right] = value.source.attrs.pads as [number, number, number, number];
  const [sy, sx] = value.source.attrs.strides as [number, number];
  const [kh, kw, inputs, outputs] = value.shape as [number, number, number, number];
  const [n, height, width] = dy.shape as [number, number, number, number];
  const image = lowering.emit('Pad', [lowering.get(x, NCHW), lowering.integers([0, 0, top, left, 0, 0, bottom, right])]);
  const taps = range(kh).flatMap((i) =>
    range(kw).map((j) => {
      const ends = lowering.integers([i + (height - 1) * sy + 1, j + (width - 1) * sx + 1]);
      return lowering.emit('Slice', [image, lowering.integers([i, j]), ends, lowering.integers([2, 3]), lowering.integers([sy, sx])]);
    }),
  );
  const a = lowering.reshape(joined(lowering, taps), [n, kh * kw * inputs, height * width]);
  const b = lowering.reshape(lowering.get(dy, NCHW), [n, outputs, height * width]);
  return { factors: [a, b], shape: [kh, kw, inputs, outputs], order: [0, 1, 2, 3] };
}

/** x NCHW, moved down and to the right by `by` and cut or filled with zeros to `size`. */
function moved(lowering: Lowering, x: Value, by: readonly [number, number], size: readonly [number, number]): string {
  const name = lowering.get(x, NCHW);
  const after = size.map((length, i) => length - (x.shape[1 + i] as number) - (by[i] as number));
  if ([...by, ...after].every((pixels) => pixels === 0)) return name;
  return lowering.emit('Pad', [name, lowering.integers([0, 0, ...by, 0, 0, ...after])]);
}

function joined(lowering: Lowering, parts: readonly string[]): string {
  return parts.length === 1 ? (parts[0] as string) : lowering.emit('Concat', parts, { axis: 1 });
}

function range(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i);
}
