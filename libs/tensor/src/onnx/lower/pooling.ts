import { operand, sizeOf, type NodeValue, type Value } from '../../compile/graph/value';
import { NCHW, permuted } from './layout';
import type { Lowering, Placed } from './lowering';
import { BLOCKED_DOMAIN, type OnnxAttribute } from './model';

interface PoolAttrs {
  readonly window: readonly number[];
  readonly strides: readonly number[];
  readonly pads: readonly number[];
}

function onnxAttrs({ window, strides, pads }: PoolAttrs): Record<string, OnnxAttribute> {
  return { kernel_shape: window, strides, pads };
}

/** Maximum and average pooling; padding counts in neither. */
export function lowerPooling(lowering: Lowering, value: NodeValue): Placed {
  const x = operand(value, 0);
  const attrs = onnxAttrs(value.source.attrs as unknown as PoolAttrs);
  const { op } = value.source;
  if (op === 'MaxPool' && lowering.home(x) === 'blocked') {
    return { name: lowering.emit(op, [lowering.get(x, 'blocked')], attrs, BLOCKED_DOMAIN), layout: 'blocked' };
  }
  return { name: lowering.emit(op, [lowering.get(x, NCHW)], attrs), layout: NCHW };
}

/** dy added where the maximum of its window was: the first one of equals. */
export function lowerMaxPoolGradient(lowering: Lowering, value: NodeValue): Placed {
  const [dy, x] = [operand(value, 0), operand(value, 1)];
  const attrs = value.source.attrs as unknown as PoolAttrs;
  const overlapping = attrs.window.some((size, i) => size > (attrs.strides[i] as number));
  const place = !lowering.target.webgpu ? scattered : overlapping ? chosenByTap : chosenByRank;
  return { name: place(lowering, attrs, x, dy, overlapping), layout: NCHW };
}

function scattered(lowering: Lowering, attrs: PoolAttrs, x: Value, dy: Value, overlapping: boolean): string {
  const [, indices] = lowering.emitAll('MaxPool', [lowering.get(x, NCHW)], 2, onnxAttrs(attrs)) as [string, string];
  // As a scatter: MaxUnpool takes the shape of its output from the window, which is wrong where the image is not a multiple of it.
  const zeros = lowering.emit('ConstantOfShape', [lowering.integers([sizeOf(x.shape)])]);
  const updates = [lowering.reshape(indices, [sizeOf(dy.shape)]), lowering.reshape(lowering.get(dy, NCHW), [sizeOf(dy.shape)])];
  // Where no two windows meet, nothing has to be added up, which is faster.
  const flat = lowering.emit('ScatterElements', [zeros, ...updates], overlapping ? { reduction: 'add' } : {});
  return lowering.reshape(flat, permuted(x.shape, NCHW));
}

/**
 * The same for onnxruntime's WebGPU, whose pooling has no indices. With the image cut into cells as large as a stride, every pixel that equals its
 * window's maximum scores the higher the earlier it comes; the highest score of a cell is its maximum's.
 */
function chosenByRank(lowering: Lowering, attrs: PoolAttrs, x: Value, dy: Value): string {
  const [sy, sx] = attrs.strides as [number, number];
  const [height, width] = attrs.window as [number, number];
  const [n, rows, columns, channels] = dy.shape as [number, number, number, number];
  const perCell = [n, channels, rows, 1, columns, 1];
  const [top, left] = attrs.pads as [number, number];
  const after = [rows * sy - top - (x.shape[1] as number), columns * sx - left - (x.shape[2] as number)] as const;

  const image = lowering.get(x, NCHW);
  const cells = lowering.reshape(resized(lowering, image, [top, left, ...after], LOWEST), [n, channels, rows, sy, columns, sx]);
  const maximum = lowering.reshape(lowering.emit('MaxPool', [image], onnxAttrs(attrs)), perCell);
  const ranks = Array.from({ length: sy * sx }, (_, i) => (Math.floor(i / sx) < height && i % sx < width ? sy * sx - i : 0));
  const isMaximum = lowering.emit('Equal', [cells, maximum]);
  const score = lowering.emit('Where', [isMaximum, lowering.floats(ranks, [1, 1, 1, sy, 1, sx]), lowering.float(0)]);
  const isChosen = lowering.emit('Equal', [score, lowering.emit('ReduceMax', [score], { axes: [3, 5], keepdims: 1 })]);
  const dx = lowering.emit('Where', [isChosen, lowering.reshape(lowering.get(dy, NCHW), perCell), lowering.float(0)]);
  return resized(lowering, lowering.reshape(dx, [n, channels, rows * sy, columns * sx]), [-top, -left, -after[0], -after[1]], 0);
}

/**
 * The same where windows overlap, tap by tap in the order of pixels. The image is cut into cells as large as a stride; tap (i, j) of all windows is then a
 * range of cells, at one place in each.
 */
function chosenByTap(lowering: Lowering, attrs: PoolAttrs, x: Value, dy: Value): string {
  const [sy, sx] = attrs.strides as [number, number];
  const [height, width] = attrs.window as [number, number];
  const [n, rows, columns, channels] = dy.shape as [number, number, number, number];
  const [top, left] = attrs.pads as [number, number];
  const [allRows, allColumns] = [rows + Math.ceil(height / sy) - 1, columns + Math.ceil(width / sx) - 1];
  const after = [allRows * sy - top - (x.shape[1] as number), allColumns * sx - left - (x.shape[2] as number)] as const;

  const image = lowering.get(x, NCHW);
  const cells = lowering.reshape(resized(lowering, image, [top, left, ...after], LOWEST), [n, channels, allRows, sy, allColumns, sx]);
  const maximum = lowering.emit('MaxPool', [image], onnxAttrs(attrs));
  const gradient = lowering.get(dy, NCHW);
  const sums = Array.from({ length: sy * sx }, () => lowering.zeros('float32', [n, channels, allRows, allColumns]));
  let open = lowering.emit('Equal', [maximum, maximum]);
  for (let tap = 0; tap < height * width; tap++) {
    const [i, j] = [Math.floor(tap / width), tap % width];
    const [row, column, place] = [Math.floor(i / sy), Math.floor(j / sx), (i % sy) * sx + (j % sx)];
    const from = [row, i % sy, column, j % sx];
    const to = [row + rows, (i % sy) + 1, column + columns, (j % sx) + 1];
    const slice = lowering.emit('Slice', [cells, lowering.integers(from), lowering.integers(to), lowering.integers([2, 3, 4, 5])]);
    const isMaximum = lowering.emit('Equal', [lowering.reshape(slice, [n, channels, rows, columns]), maximum]);
    const isChosen = lowering.emit('And', [open, isMaximum]);
    open = lowering.emit('And', [open, lowering.emit('Not', [isMaximum])]);
    const part = lowering.emit('Where', [isChosen, gradient, lowering.float(0)]);
    const aside = [row, column, allRows - rows - row, allColumns - columns - column];
    sums[place] = lowering.emit('Add', [sums[place] as string, resized(lowering, part, aside, 0)]);
  }
  const stacked = lowering.reshape(lowering.emit('Concat', sums, { axis: 1 }), [n, sy, sx, channels, allRows, allColumns]);
  const dx = lowering.reshape(lowering.transpose(stacked, [0, 3, 4, 1, 5, 2]), [n, channels, allRows * sy, allColumns * sx]);
  return resized(lowering, dx, [-top, -left, -after[0], -after[1]], 0);
}

/** Any pixel of an image is larger. */
const LOWEST = -3.4e38;

/** An image, NCHW, with so many rows and columns more above, left, below and right; less where negative. */
function resized(lowering: Lowering, name: string, by: readonly number[], fill: number): string {
  if (by.every((pixels) => pixels === 0)) return name;
  const [top, left, bottom, right] = by as [number, number, number, number];
  return lowering.emit('Pad', [name, lowering.integers([0, 0, top, left, 0, 0, bottom, right]), lowering.float(fill)]);
}
