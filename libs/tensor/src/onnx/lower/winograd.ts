import { operand, sizeOf, type NodeValue, type Value } from '../graph/value';
import { transposed, WINOGRAD, type Matrix } from '../../winograd-matrices';
import type { ConvAttrs } from './convolution';
import { natural } from './layout';
import type { Lowering, Placed } from './lowering';
import { polyphaseShape, tileSide, type TileSide } from './polyphase';

/** With fewer channels the transformations cost more than the products save. Where the kernel is trained there is more to save: its gradient shares them. */
const LEAST_CHANNELS = { trained: 24, frozen: 64 };

/** Numbers in a transformed image, where nothing is shared: larger ones, 32 MiB and more, take as long as a direct convolution and twice its memory. */
const MOST_UNSHARED = 2 ** 23;

/**
 * Whether a convolution and its gradients are computed by Winograd's method, as matrix products. With D the overlapping tiles of x and * a product of
 * matrices, `[tiles, inputs] [inputs, outputs]`, for every element of a transformed tile:
 *
 *     y = AT [BT D B * G w GT] A      dw = GT [(BT D B)t * A dy AT] G      dD = B [A dy AT * (G w GT)t] BT
 *
 * The kernel gradient shares its factors with the other two. `image` is what is transformed: x, or dy for dx alone; `w` the shape of the kernel.
 */
export function usesWinograd(lowering: Lowering, image: Value, w: readonly number[], attrs: ConvAttrs): boolean {
  const [kh, kw, inputs, outputs] = w as [number, number, number, number];
  const isPlain = kh === 3 && kw === 3 && attrs.groups === 1 && [...attrs.strides, ...attrs.dilations, ...attrs.pads].every((n) => n === 1);
  const side = tileSide(image.shape);
  if (lowering.target.block === 0 || !isPlain || side === null) return false;
  const channels = Math.min(inputs, outputs);
  if (lowering.trained.has(image)) return channels >= LEAST_CHANNELS.trained;
  const transformed = ((side + 2) / side) ** 2 * sizeOf(image.shape.slice(0, 3)) * Math.max(inputs, outputs);
  return channels >= LEAST_CHANNELS.frozen && transformed <= MOST_UNSHARED;
}

/** conv(x, w) with an optional bias, residual and ReLU. */
export function winogradConv(lowering: Lowering, value: NodeValue): Placed {
  const [x, w, bias, residual] = value.source.operands as [Value, Value, Value?, Value?];
  const { AT } = matricesFor(x);
  const products = lowering.emit('MatMul', [matrices(lowering, tiles(lowering, x)), matrices(lowering, kernel(lowering, w, x))]);
  const y = whole(lowering, bothWays(lowering, AT, { name: products, shape: transformedShape(value) }));
  const sum = bias ? lowering.emit('Add', [y, lowering.natural(bias)]) : y;
  const output = residual ? lowering.emit('Add', [sum, lowering.get(residual, 'polyphase')]) : sum;
  const activation = value.source.attrs.activation as string | undefined;
  return { name: activation ? lowering.emit(activation, [output]) : output, layout: 'polyphase' };
}

/** d conv / d x */
export function winogradInputGradient(lowering: Lowering, value: NodeValue): Placed {
  const [dy, w] = [operand(value, 0), operand(value, 1)];
  const { BT } = matricesFor(dy);
  const factors = [matrices(lowering, gradient(lowering, dy)), matrices(lowering, kernel(lowering, w, dy))] as const;
  const products = lowering.matMul(...factors, { b: true, rank: 3 });
  const columns = folded(lowering, 1, BT, { name: products, shape: transformedShape(value) });
  return { name: whole(lowering, folded(lowering, 0, BT, columns)), layout: 'polyphase' };
}

/** d conv / d w */
export function winogradFilterGradient(lowering: Lowering, value: NodeValue): Placed {
  const [x, dy] = [operand(value, 0), operand(value, 1)];
  const { G, BT } = matricesFor(x);
  const factors = [matrices(lowering, tiles(lowering, x)), matrices(lowering, gradient(lowering, dy))] as const;
  const products = lowering.matMul(...factors, { a: true, rank: 3 });
  const [, , inputs, outputs] = value.shape as [number, number, number, number];
  const dw = bothWays(lowering, transposed(G), { name: products, shape: [BT.length, BT.length, inputs, outputs] });
  return { name: whole(lowering, dw), layout: natural(4) };
}

/** An array whose first two axes run over the elements of a tile or kernel, as a matrix or with its axes apart. */
interface Tiles {
  readonly name: string;
  readonly shape: readonly number[];
}

function matricesFor({ shape }: Value) {
  return WINOGRAD[tileSide(shape) as TileSide];
}

/** BT D B */
function tiles(lowering: Lowering, x: Value): Tiles {
  const { BT } = matricesFor(x);
  const rows = along(lowering, 0, BT, overlapping(lowering, 0, phases(lowering, x)));
  return along(lowering, 1, BT, overlapping(lowering, 1, rows));
}

/** G w GT, as an image like `x` wants it */
function kernel(lowering: Lowering, w: Value, x: Value): Tiles {
  return bothWays(lowering, matricesFor(x).G, { name: lowering.natural(w), shape: w.shape });
}

/** A dy AT */
function gradient(lowering: Lowering, dy: Value): Tiles {
  return bothWays(lowering, transposed(matricesFor(dy).AT), phases(lowering, dy));
}

function phases(lowering: Lowering, image: Value): Tiles {
  return { name: lowering.get(image, 'polyphase'), shape: polyphaseShape(image.shape) };
}

/** `[m + 2, m + 2, n, h / m, w / m, c]` for the image that `value` is. */
function transformedShape(value: Value): number[] {
  const [side, , ...rest] = polyphaseShape(value.shape) as [number, number, ...number[]];
  return [side + 2, side + 2, ...rest];
}

/** One matrix for every element: `[elements, tiles, channels]`. */
function matrices(lowering: Lowering, { name, shape }: Tiles): string {
  const [p, q, ...rest] = shape as [number, number, ...number[]];
  const channels = rest.at(-1) as number;
  return lowering.reshapeUnplanned(name, [p * q, sizeOf(rest) / channels, channels]);
}

function whole(lowering: Lowering, { name, shape }: Tiles): string {
  return lowering.reshapeUnplanned(name, shape);
}

/** M x MT of every tile x. */
function bothWays(lowering: Lowering, matrix: Matrix, x: Tiles): Tiles {
  return along(lowering, 1, matrix, along(lowering, 0, matrix, x));
}

/** A matrix applied along one axis of every tile. One axis after the other takes a third of the multiplications of both at once. */
function along(lowering: Lowering, axis: 0 | 1, matrix: Matrix, { name, shape }: Tiles): Tiles {
  const [p, q, ...rest] = shape as [number, number, ...number[]];
  const flat = lowering.reshapeUnplanned(name, axis === 0 ? [p, q * sizeOf(rest)] : [p, q, sizeOf(rest)]);
  const factor = lowering.floats(matrix.flat(), [matrix.length, shape[axis] as number]);
  return { name: lowering.emit('MatMul', [factor, flat]), shape: axis === 0 ? [matrix.length, q, ...rest] : [p, matrix.length, ...rest] };
}

/** Phases -1 to m along an axis: those of the tile, and one of the tile before and of the tile behind, or zeros at the border. */
function overlapping(lowering: Lowering, axis: 0 | 1, x: Tiles): Tiles {
  const side = x.shape[axis] as number;
  const parts = [onePhase(lowering, axis, x, side - 1, 1), whole(lowering, x), onePhase(lowering, axis, x, 0, -1)];
  return { name: lowering.emit('Concat', parts, { axis }), shape: x.shape.map((length, i) => (i === axis ? length + 2 : length)) };
}

/**
 * The transposed map of `overlapping` and BT. What lies over a neighbouring tile comes from the first and the last element alone, for the point
 * 0 and for infinity; these two are appended, moved to that tile, so that one matrix does the rest.
 */
function folded(lowering: Lowering, axis: 0 | 1, BT: Matrix, x: Tiles): Tiles {
  const [length, side] = [BT.length, BT.length - 2];
  const parts = [whole(lowering, x), onePhase(lowering, axis, x, 0, -1), onePhase(lowering, axis, x, length - 1, 1)];
  const extended = { name: lowering.emit('Concat', parts, { axis }), shape: x.shape.map((n, i) => (i === axis ? length + 2 : n)) };
  const [first, last] = [BT[0]?.[0] as number, BT[length - 1]?.[length - 1] as number];
  const matrix = transposed(BT)
    .slice(1, -1)
    .map((row, phase) => [...row, phase === side - 1 ? first : 0, phase === 0 ? last : 0]);
  return along(lowering, axis, matrix, extended);
}

/** One phase along an axis, moved by so many tiles along the axis of tiles that belongs to it. */
function onePhase(lowering: Lowering, axis: 0 | 1, x: Tiles, phase: number, by: number): string {
  const [before, after] = [Array<number>(6).fill(0), Array<number>(6).fill(0)];
  before[axis] = -phase;
  after[axis] = phase + 1 - (x.shape[axis] as number);
  before[3 + axis] = by;
  after[3 + axis] = -by;
  return lowering.emit('Pad', [whole(lowering, x), lowering.integers([...before, ...after])]);
}
