import type { WasmHeap } from './module';
import { LOOPS } from './strided-copy-loops';

const BYTES = 4;

/** Where the element with index 0 lies, in bytes, and how far apart elements are along each axis, in elements. */
export interface View {
  readonly address: number;
  readonly strides: readonly number[];
}

/** Strides of a tensor in row-major order, in elements. */
export function rowMajor(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = (strides[axis + 1] as number) * (shape[axis + 1] as number);
  return strides;
}

interface Axis {
  readonly count: number;
  readonly to: number;
  readonly from: number;
}

/** Fewest axes that walk the same elements in the same order: without axes of one element, runs that continue each other joined. */
function merged(shape: readonly number[], to: readonly number[], from: readonly number[]): Axis[] {
  const axes: Axis[] = [];
  shape.forEach((count, i) => {
    const axis = { count, to: to[i] as number, from: from[i] as number };
    const outer = axes.at(-1);
    if (count === 1) return;
    if (outer?.to === axis.to * count && outer.from === axis.from * count) axes.splice(-1, 1, { ...axis, count: outer.count * count });
    else axes.push(axis);
  });
  return axes;
}

/** to[i, j, ...] = from[i, j, ...] over an index space of `shape`, elements of four bytes. Strides may be zero or negative. */
export function stridedCopy(heap: WasmHeap, shape: readonly number[], to: View, from: View): void {
  if (shape.includes(0)) return;
  const axes = merged(shape, to.strides, from.strides);
  const last = axes.at(-1);
  if (last?.to === 1 && last.from === 1 && last.count >= 4) {
    const vectors = Math.floor(last.count / 4);
    const done = 4 * vectors;
    walk(heap.routines.copyVectors, [...axes.slice(0, -1), { count: vectors, to: 4, from: 4 }], to.address, from.address);
    const rest = last.count - done;
    if (rest === 0) return;
    const tail = [...axes.slice(0, -1), { count: rest, to: 1, from: 1 }];
    walk(heap.routines.copyElements, tail, to.address + done * BYTES, from.address + done * BYTES);
  } else {
    walk(heap.routines.copyElements, axes, to.address, from.address);
  }
}

function walk(copy: (...parameters: number[]) => void, axes: readonly Axis[], to: number, from: number): void {
  const [outer] = axes;
  if (outer && axes.length > LOOPS) {
    for (let i = 0; i < outer.count; i++) walk(copy, axes.slice(1), to + i * outer.to * BYTES, from + i * outer.from * BYTES);
    return;
  }
  const padding = new Array<Axis>(LOOPS - axes.length).fill({ count: 1, to: 0, from: 0 });
  copy(to, from, ...[...padding, ...axes].flatMap((axis) => [axis.count, axis.to * BYTES, axis.from * BYTES]));
}
