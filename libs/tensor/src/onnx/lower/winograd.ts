import type { ConvAttrs } from '../../compile/graph/conv-attrs';
import { operand, sizeOf, type NodeValue, type Value } from '../../compile/graph/value';
import { transposed, WINOGRAD, type Matrix } from '../../winograd-matrices';
import { natural } from './layout';
import type { Lowering, Placed } from './lowering';
import { ownElements, perTile, rearranged, tileSide, tilingOf, type Place, type Tiling } from './polyphase';

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
  const tiling = tilingOf(x.shape);
  const { AT } = WINOGRAD[tiling.side];
  const products = lowering.emit('MatMul', [byElement(lowering, tiles(lowering, x)), byElement(lowering, kernel(lowering, w, tiling))]);
  const channels = value.shape[3] as number;
  const y = byElement(lowering, bothWays(lowering, AT, { name: products, side: AT.length + 2, rest: [tiling.tiles + 1, channels] }));
  const sum = bias ? lowering.emit('Add', [y, perTile(lowering, lowering.natural(bias), [1, channels], tiling)]) : y;
  const output = residual ? lowering.emit('Add', [sum, lowering.get(residual, 'polyphase')]) : sum;
  const activation = value.source.attrs.activation as string | undefined;
  return { name: activation ? lowering.emit(activation, [output]) : output, layout: 'polyphase' };
}

/** d conv / d x */
export function winogradInputGradient(lowering: Lowering, value: NodeValue): Placed {
  const [dy, w] = [operand(value, 0), operand(value, 1)];
  const tiling = tilingOf(dy.shape);
  const factors = [byElement(lowering, gradient(lowering, dy)), byElement(lowering, kernel(lowering, w, tiling))] as const;
  const products = lowering.matMul(...factors, { b: true, rank: 3 });
  return { name: byElement(lowering, folded(lowering, products, tiling, value.shape[3] as number)), layout: 'polyphase' };
}

/** d conv / d w */
export function winogradFilterGradient(lowering: Lowering, value: NodeValue): Placed {
  const [x, dy] = [operand(value, 0), operand(value, 1)];
  const { G } = WINOGRAD[tilingOf(x.shape).side];
  const factors = [byElement(lowering, tiles(lowering, x)), byElement(lowering, gradient(lowering, dy))] as const;
  const products = lowering.matMul(...factors, { a: true, rank: 3 });
  const dw = bothWays(lowering, transposed(G), { name: products, side: G.length, rest: value.shape.slice(2) });
  return { name: lowering.reshape(dw.name, value.shape), layout: natural(4) };
}

/** An array `[side, side, ...rest]`, the first two axes the elements of a tile or kernel; in memory, whatever its shape in the graph. */
interface Tiles {
  readonly name: string;
  readonly side: number;
  readonly rest: readonly number[];
}

/** BT D B */
function tiles(lowering: Lowering, x: Value): Tiles {
  const tiling = tilingOf(x.shape);
  const { side } = tiling;
  const channels = x.shape[3] as number;
  const places: Place[] = [{ element: side - 1, tile: -1 }, ...ownElements(side), { element: 0, tile: 1 }];
  const pixels = { name: lowering.get(x, 'polyphase'), length: [side, side], channels } as const;
  const overlapping = rearranged(lowering, pixels, tiling, [places, places]);
  return bothWays(lowering, WINOGRAD[side].BT, { name: overlapping, side: side + 2, rest: [tiling.tiles + 1, channels] });
}

/**
 * The transposed map of `tiles`. What lies over a neighbouring tile comes from the first and the last element alone, for the point 0 and for infinity; these two are
 * appended to that tile, so that one matrix does the rest.
 */
function folded(lowering: Lowering, products: string, tiling: Tiling, channels: number): Tiles {
  const { BT } = WINOGRAD[tiling.side];
  const [length, side] = [BT.length, tiling.side];
  const places: Place[] = [...ownElements(length), { element: 0, tile: 1 }, { element: length - 1, tile: -1 }];
  const [first, last] = [BT[0]?.[0] as number, BT[length - 1]?.[length - 1] as number];
  const matrix = transposed(BT)
    .slice(1, -1)
    .map((row, phase) => [...row, phase === side - 1 ? first : 0, phase === 0 ? last : 0]);
  const rest = [tiling.tiles + 1, channels];
  const wide = rearranged(lowering, { name: products, length: [length, length], channels }, tiling, [length, places]);
  const columns = along(lowering, matrix, wide, [length, places.length, sizeOf(rest)]);
  const high = rearranged(lowering, { name: columns, length: [length, side], channels }, tiling, [places, side]);
  return { name: along(lowering, matrix, high, [places.length, side * sizeOf(rest)]), side, rest };
}

/** G w GT */
function kernel(lowering: Lowering, w: Value, { side }: Tiling): Tiles {
  return bothWays(lowering, WINOGRAD[side].G, { name: lowering.natural(w), side: 3, rest: w.shape.slice(2) });
}

/** A dy AT */
function gradient(lowering: Lowering, dy: Value): Tiles {
  const { side, tiles: count } = tilingOf(dy.shape);
  const rest = [count + 1, dy.shape[3] as number];
  return bothWays(lowering, transposed(WINOGRAD[side].AT), { name: lowering.get(dy, 'polyphase'), side, rest });
}

/** One matrix for every element, `[elements, ...rest]`, as images by phase are. */
function byElement(lowering: Lowering, { name, side, rest }: Tiles): string {
  return lowering.reshapeUnplanned(name, [side * side, ...rest]);
}

/** M x MT of every tile x. One axis after the other takes a third of the multiplications of both at once. */
function bothWays(lowering: Lowering, matrix: Matrix, { name, side, rest }: Tiles): Tiles {
  const columns = along(lowering, matrix, name, [side, side * sizeOf(rest)]);
  return { name: along(lowering, matrix, columns, [matrix.length, side, sizeOf(rest)]), side: matrix.length, rest };
}

/** M x along the last axis but one of `shape`. */
function along(lowering: Lowering, matrix: Matrix, name: string, shape: readonly number[]): string {
  const factor = lowering.floats(matrix.flat(), [matrix.length, shape.at(-2) as number]);
  return lowering.emit('MatMul', [factor, lowering.reshapeUnplanned(name, shape)]);
}
