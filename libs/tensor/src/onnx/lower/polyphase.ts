import { sizeOf, type ElementType } from '../../compile/graph/value';
import type { OnnxBuilder } from './onnx-builder';

/**
 * Images by phase, `[m m, tiles + 1, c]`: with m the side of a tile, pixel (m i + p, m j + q) of image k is element m p + q of tile (k h / m + i) w / m + j. All tiles are
 * then transformed by one matrix product. The last tile is of zeros, and operations keep it so: what a tile wants from beyond the border is read there, which makes every
 * rearrangement a Gather. That is spread over threads, unlike onnxruntime's Concat, Pad, Slice and Transpose.
 */
export type TileSide = 2 | 4;

/** The side of the tiles that cut an image of this shape, NHWC, without remainder; null if it has less than two tiles either way. */
export function tileSide([, h, w]: readonly number[]): TileSide | null {
  const cuts = (side: number): boolean => [h, w].every((length) => length !== undefined && length % side === 0 && length >= 2 * side);
  if (cuts(4)) return 4;
  return cuts(2) ? 2 : null;
}

/** How tiles cut images: `images` of `rows` by `columns` tiles, `tiles` in all. */
export interface Tiling {
  readonly side: TileSide;
  readonly images: number;
  readonly rows: number;
  readonly columns: number;
  readonly tiles: number;
}

/** Throws if tiles do not cut images of this shape. */
export function tilingOf(shape: readonly number[]): Tiling {
  const [images, h, w] = shape as [number, number, number];
  const side = tileSide(shape);
  if (side === null) throw new Error(`an image [${shape.join(', ')}] is not made of tiles`);
  const [rows, columns] = [h / side, w / side];
  return { side, images, rows, columns, tiles: images * rows * columns };
}

/** `[m m, tiles + 1, c]` of an NHWC shape that tiles cut. */
export function polyphaseShape(shape: readonly number[]): number[] {
  const { side, tiles } = tilingOf(shape);
  return [side * side, tiles + 1, shape[3] as number];
}

/** An NHWC array by phase. */
export function toPolyphase(builder: OnnxBuilder, name: string, shape: readonly number[], type: ElementType): string {
  const channels = shape[3] as number;
  const pixels = sizeOf(shape) / channels;
  const { side, rows, columns, tiles } = tilingOf(shape);
  const positions = builder.positions(`phases of ${shape.slice(0, 3).join()}`, () =>
    everyTile(side, side, tiles, (p, q, tile) => {
      const [row, column] = [Math.floor(tile / columns), tile % columns];
      const [image, i] = [Math.floor(row / rows), row % rows];
      return tile === tiles ? pixels : ((image * rows + i) * side + p) * columns * side + column * side + q;
    }),
  );
  const zero = builder.zeros(type, [1, channels]);
  const extended = builder.emit('Concat', [builder.reshapeUnplanned(name, [pixels, channels]), zero], { axis: 0 });
  return builder.reshapeUnplanned(builder.emit('Gather', [extended, positions], { axis: 0 }), polyphaseShape(shape));
}

/** Inverse of `toPolyphase`, its channels spread over r by r pixels, as by depthToSpace. */
export function fromPolyphase(builder: OnnxBuilder, name: string, shape: readonly number[], r = 1): string {
  const [n, h, w, c] = shape as [number, number, number, number];
  const { side, rows, columns, tiles } = tilingOf(shape);
  const parts = r * r;
  const positions = builder.positions(`pixels of ${shape.slice(0, 3).join()} by ${r}`, () => {
    const [height, width] = [h * r, w * r];
    return Int32Array.from({ length: n * height * width }, (_, index) => {
      const [row, across] = [Math.floor(index / width), index % width];
      const [image, down] = [Math.floor(row / height), row % height];
      const [y, x] = [Math.floor(down / r), Math.floor(across / r)];
      const tile = (image * rows + Math.floor(y / side)) * columns + Math.floor(x / side);
      const element = (y % side) * side + (x % side);
      return (element * (tiles + 1) + tile) * parts + (down % r) * r + (across % r);
    });
  });
  const flat = builder.reshape(name, [side * side * (tiles + 1) * parts, c / parts]);
  return builder.reshape(builder.emit('Gather', [flat, positions], { axis: 0 }), [n, h * r, w * r, c / parts]);
}

/** Where an element of a new tile comes from, along one axis: an element of the same tile, or of the one before (-1) or behind (1). */
export interface Place {
  readonly element: number;
  readonly tile: -1 | 0 | 1;
}

/** An array `[down across (tiles + 1), c]`, `length` its elements down and across. */
export interface Elements {
  readonly name: string;
  readonly length: readonly [number, number];
  readonly channels: number;
}

/** New tiles from others; beyond the border there are zeros. An axis given as the number of its elements stays as it is. */
export function rearranged(
  builder: OnnxBuilder,
  { name, length, channels }: Elements,
  tiling: Tiling,
  to: readonly [number | readonly Place[], number | readonly Place[]],
): string {
  const { images, rows, columns, tiles } = tiling;
  const [downwards, sideways] = to.map((axis) => (typeof axis === 'number' ? ownElements(axis) : axis)) as [Place[], Place[]];
  const written = [downwards, sideways].map((places) => places.map(({ element, tile }) => `${element}:${tile}`).join());
  const positions = builder.positions(`tiles of ${[images, rows, columns, ...length].join()} at ${written.join(' by ')}`, () =>
    everyTile(downwards.length, sideways.length, tiles, (a, b, tile) => {
      const [down, across] = [downwards[a] as Place, sideways[b] as Place];
      const [row, column] = [Math.floor(tile / columns) % rows, tile % columns];
      const isInside = inside(row + down.tile, rows) && inside(column + across.tile, columns);
      const from = tile === tiles || !isInside ? tiles : tile + down.tile * columns + across.tile;
      return (down.element * length[1] + across.element) * (tiles + 1) + from;
    }),
  );
  const flat = builder.reshapeUnplanned(name, [length[0] * length[1] * (tiles + 1), channels]);
  return builder.emit('Gather', [flat, positions], { axis: 0 });
}

/** The elements of a tile, where they are. */
export function ownElements(length: number): Place[] {
  return Array.from({ length }, (_, element) => ({ element, tile: 0 }));
}

/** Numbers for `[down across (tiles + 1)]`, the last tile of each element that of zeros. */
function everyTile(down: number, across: number, tiles: number, number: (p: number, q: number, tile: number) => number): Int32Array {
  return Int32Array.from({ length: down * across * (tiles + 1) }, (_, index) => {
    const [element, tile] = [Math.floor(index / (tiles + 1)), index % (tiles + 1)];
    return number(Math.floor(element / across), element % across, tile);
  });
}

function inside(index: number, length: number): boolean {
  return index >= 0 && index < length;
}

/** A row of numbers for every image, or one for all, `[n or 1, c]`, as one for every tile, `[tiles + 1, c]`; zeros for the tile of zeros. */
export function perTile(builder: OnnxBuilder, name: string, [rows, channels]: readonly [number, number], tiling: Tiling): string {
  return builder.emit('MatMul', [belonging(builder, tiling, rows, 'tiles'), builder.reshape(name, [rows, channels])]);
}

/** Sums over the pixels of every image, or of all: `[n or 1, c]` of an array by phase. */
export function sumOverTiles(builder: OnnxBuilder, name: string, rows: number, tiling: Tiling, channels: number): string {
  const elements = tiling.side * tiling.side;
  if (rows === 1) {
    const pixels = elements * (tiling.tiles + 1);
    const ones = builder.sharedConstant(`ones ${pixels}`, () => floats(new Float32Array(pixels).fill(1), [1, pixels]));
    return builder.emit('MatMul', [ones, builder.reshapeUnplanned(name, [pixels, channels])]);
  }
  const perElement = builder.emit('MatMul', [belonging(builder, tiling, rows, 'images'), name]);
  return builder.emit('ReduceSum', [perElement, builder.integers([0])], { keepdims: 0 });
}

/** 1 where a tile belongs to an image, or to any if there is one row only: `[tiles + 1, rows]`, or by images first. */
function belonging(builder: OnnxBuilder, { tiles }: Tiling, rows: number, first: 'tiles' | 'images'): string {
  return builder.sharedConstant(`${tiles} tiles of ${rows} by ${first}`, () => {
    const matrix = new Float32Array((tiles + 1) * rows);
    for (let tile = 0; tile < tiles; tile++) {
      const row = Math.floor((tile * rows) / tiles);
      matrix[first === 'tiles' ? tile * rows + row : row * (tiles + 1) + tile] = 1;
    }
    return floats(matrix, first === 'tiles' ? [tiles + 1, rows] : [rows, tiles + 1]);
  });
}

function floats(data: Float32Array, shape: readonly number[]) {
  return { type: 'float32' as const, shape, data };
}
