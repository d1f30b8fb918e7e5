import { sizeOf } from '../graph/value';

/**
 * How a value lies in memory. A permutation lists the logical axes in the order of storage. `blocked` exists for images only:
 * `[n, c / block, h, w, block]`, the form in which onnxruntime's convolutions are fastest.
 */
export type Layout = readonly number[] | 'blocked';

export const NCHW: Layout = [0, 3, 1, 2];

export function natural(rank: number): readonly number[] {
  return Array.from({ length: rank }, (_, i) => i);
}

export function isNatural(layout: Layout): boolean {
  return layout !== 'blocked' && layout.every((axis, i) => axis === i);
}

export function layoutKey(layout: Layout): string {
  return layout === 'blocked' ? layout : layout.join();
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
