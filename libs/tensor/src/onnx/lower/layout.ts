import { sizeOf } from '../../compile/graph/value';

/**
 * How a value lies in memory. A permutation lists the logical axes in the order of storage. Two more exist for images only: `blocked`,
 * `[n, c / block, h, w, block]`, the form in which onnxruntime's convolutions are fastest, and `polyphase` (see polyphase.ts), that of Winograd's.
 */
export type Layout = readonly number[] | 'blocked' | 'polyphase';

export const NCHW: readonly number[] = [0, 3, 1, 2];

export function natural(rank: number): readonly number[] {
  return Array.from({ length: rank }, (_, i) => i);
}

export function isPermutation(layout: Layout): layout is readonly number[] {
  return typeof layout !== 'string';
}

export function isNatural(layout: Layout): boolean {
  return isPermutation(layout) && layout.every((axis, i) => axis === i);
}

/** The layout itself if its axes are whole, else the permutation nearest to it. */
export function nearestPermutation(layout: Layout): readonly number[] {
  if (layout === 'blocked') return NCHW;
  return layout === 'polyphase' ? natural(4) : layout;
}

export function layoutKey(layout: Layout): string {
  return isPermutation(layout) ? layout.join() : layout;
}

export function permuted(shape: readonly number[], perm: readonly number[]): number[] {
  return perm.map((axis) => shape[axis] as number);
}

/** Whether storing `shape` in either order gives the same memory: they differ in axes of size 1 only. */
export function sameMemory(shape: readonly number[], a: readonly number[], b: readonly number[]): boolean {
  const order = (perm: readonly number[]): string => perm.filter((axis) => shape[axis] !== 1).join();
  return sizeOf(shape) <= 1 || order(a) === order(b);
}

/** The permutation that brings data stored in order `from` into order `to`. */
export function change(from: readonly number[], to: readonly number[]): number[] {
  return to.map((axis) => from.indexOf(axis));
}
