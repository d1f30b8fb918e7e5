import { operand, type NodeValue, type Value } from '../graph/value';
import type { ConvAttrs } from './convolution';
import { natural, NCHW } from './layout';
import type { Lowering, Placed } from './lowering';
import { usesWinograd, winogradFilterGradient } from './winograd';

/**
 * d conv / d w, dw[i, j] = sum over n, y, x of X[y + i, x + j] dY[y, x]. At stride 1 one matrix product per image: X shifted horizontally once per
 * column of the kernel, dY shifted vertically once per row, `[kw I, h w] [h w, kh O]`. As many multiplications as with all kh kw shifts of X, but
 * (kh + kw) / (kh kw + 1) of the memory traffic and a squarer product.
 */
export function lowerConvFilterGradient(lowering: Lowering, value: NodeValue): Placed {
  const [x, dy] = [operand(value, 0), operand(value, 1)];
  const attrs = value.source.attrs as unknown as ConvAttrs;
  if (usesWinograd(lowering, x.shape, value.shape, attrs)) return winogradFilterGradient(lowering, value);
  const [kh, kw, inputs, outputs] = value.shape as [number, number, number, number];
  const product = attrs.strides.every((stride) => stride === 1) ? shifted(lowering, value, x, dy) : unfolded(lowering, value, x, dy);
  const summed = (x.shape[0] as number) > 1 ? lowering.emit('ReduceSum', [product, lowering.integers([0])], { keepdims: 0 }) : product;
  const apart = lowering.reshape(summed, [kw, inputs, kh, outputs]);
  return { name: lowering.reshape(lowering.transpose(apart, [2, 0, 1, 3]), value.shape), layout: natural(4) };
}

function shifted(lowering: Lowering, value: NodeValue, x: Value, dy: Value): string {
  const [top, left] = value.source.attrs.pads as [number, number, number, number];
  const [kh, kw, inputs, outputs] = value.shape as [number, number, number, number];
  const [n, height] = x.shape as [number, number, number, number];
  const width = dy.shape[2] as number;
  const columns = joined(
    lowering,
    range(kw).map((j) => moved(lowering, x, 2, left - j, width)),
  );
  const rows = joined(
    lowering,
    range(kh).map((i) => moved(lowering, dy, 1, i - top, height)),
  );
  const a = lowering.reshape(columns, [n, kw * inputs, height * width]);
  const b = lowering.reshape(rows, [n, kh * outputs, height * width]);
  return lowering.emit('MatMul', [a, lowering.transpose(b, [0, 2, 1])]);
}

/** x NCHW, moved along a logical axis by `by` and cut or filled with zeros to `length`. */
function moved(lowering: Lowering, x: Value, axis: 1 | 2, by: number, length: number): string {
  const name = lowering.get(x, NCHW);
  const after = length - (x.shape[axis] as number) - by;
  if (by === 0 && after === 0) return name;
  const pads = axis === 1 ? [0, 0, by, 0, 0, 0, after, 0] : [0, 0, 0, by, 0, 0, 0, after];
  return lowering.emit('Pad', [name, lowering.integers(pads)]);
}

/** All kh kw shifts of X, every stride-th element, in the same order of rows as `shifted` yields: kernel column, input, kernel row. */
function unfolded(lowering: Lowering, value: NodeValue, x: Value, dy: Value): string {
  const [top, left, bottom, right] = value.source.attrs.pads as [number, number, number, number];
  const [sy, sx] = value.source.attrs.strides as [number, number];
  const [kh, kw, inputs, outputs] = value.shape as [number, number, number, number];
  const [n, height, width] = dy.shape as [number, number, number, number];
  const image = lowering.emit('Pad', [lowering.get(x, NCHW), lowering.integers([0, 0, top, left, 0, 0, bottom, right])]);
  const taps = range(kw).flatMap((j) =>
    range(kh).map((i) => {
      const ends = lowering.integers([i + (height - 1) * sy + 1, j + (width - 1) * sx + 1]);
      return lowering.emit('Slice', [image, lowering.integers([i, j]), ends, lowering.integers([2, 3]), lowering.integers([sy, sx])]);
    }),
  );
  const a = lowering.reshape(joined(lowering, taps), [n, kw * kh * inputs, height * width]);
  const b = lowering.reshape(lowering.get(dy, NCHW), [n, outputs, height * width]);
  const product = lowering.emit('MatMul', [a, lowering.transpose(b, [0, 2, 1])]);
  const apart = lowering.reshape(product, [n, kw, kh, inputs, outputs]);
  return lowering.transpose(apart, [0, 1, 3, 2, 4]);
}

function joined(lowering: Lowering, parts: readonly string[]): string {
  return parts.length === 1 ? (parts[0] as string) : lowering.emit('Concat', parts, { axis: 1 });
}

function range(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i);
}
