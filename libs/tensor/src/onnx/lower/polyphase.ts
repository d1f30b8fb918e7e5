import type { Lowering } from './lowering';

/**
 * Images by phase: with m the side of a tile, pixel (m i + p, m j + q) of image k, channel c, at [p, q, k, i, j, c]. The pixels of a tile lie along the
 * first two axes, so that a transformation of all tiles is one matrix product, and a shift by a tile moves long runs of memory.
 */
export type TileSide = 2 | 4;

/** The side of the tiles that cut an image of this shape, NHWC, without remainder; null if it has less than two tiles either way. */
export function tileSide([, h, w]: readonly number[]): TileSide | null {
  const cuts = (side: number): boolean => [h, w].every((length) => length !== undefined && length % side === 0 && length >= 2 * side);
  if (cuts(4)) return 4;
  return cuts(2) ? 2 : null;
}

/** `[m, m, n, h / m, w / m, c]` of an NHWC shape that tiles cut. */
export function polyphaseShape(shape: readonly number[]): number[] {
  const [n, h, w, c] = shape as [number, number, number, number];
  const side = sideOf(shape);
  return [side, side, n, h / side, w / side, c];
}

/** An NHWC array by phase. Height and width may also be 1: the same for all pixels. */
export function toPolyphase(lowering: Lowering, name: string, shape: readonly number[]): string {
  const [n, h, w, c] = shape as [number, number, number, number];
  if (h === 1 && w === 1) return lowering.reshape(name, [1, 1, n, 1, 1, c]);
  const side = sideOf(shape);
  return lowering.transpose(lowering.reshape(name, [n, h / side, side, w / side, side, c]), [2, 4, 0, 1, 3, 5]);
}

/** Inverse of `toPolyphase`. */
export function fromPolyphase(lowering: Lowering, name: string, shape: readonly number[]): string {
  return lowering.reshape(lowering.transpose(name, [2, 3, 0, 4, 1, 5]), shape);
}

function sideOf(shape: readonly number[]): TileSide {
  const side = tileSide(shape);
  if (side === null) throw new Error(`an image [${shape.join(', ')}] is not made of tiles`);
  return side;
}
