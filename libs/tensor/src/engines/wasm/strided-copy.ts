import type { WasmHeap } from './module';
import { LOOPS } from './strided-copy-loops';

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

/** to[i, j, ...] = from[i, j, ...] over an index space of `shape`, for elements of `bytes` bytes. Strides may be zero or negative. */
export function stridedCopy(heap: WasmHeap, shape: readonly number[], to: View, from: View, bytes: 1 | 4 = 4): void {
  if (shape.includes(0)) return;
  const axes = merged(shape, to.strides, from.strides);
  const last = axes.at(-1);
  const copy = bytes === 4 ? heap.routines.copyWords : heap.routines.copyBytes;
  if (bytes === 4 && last?.to === 1 && last.from === 1 && last.count >= 4) {
    const vectors = Math.floor(last.count / 4);
    const rest = last.count % 4;
    walk(heap.routines.copyVectors, bytes, [...axes.slice(0, -1), { count: vectors, to: 4, from: 4 }], to.address, from.address);
    const done = 16 * vectors;
    if (rest > 0) walk(copy, bytes, [...axes.slice(0, -1), { ...last, count: rest }], to.address + done, from.address + done);
  } else {
    walk(copy, bytes, axes, to.address, from.address);
  }
}

function walk(copy: (...parameters: number[]) => void, bytes: number, axes: readonly Axis[], to: number, from: number): void {
  const [outer] = axes;
  if (outer && axes.length > LOOPS) {
    for (let i = 0; i < outer.count; i++) walk(copy, bytes, axes.slice(1), to + i * outer.to * bytes, from + i * outer.from * bytes);
    return;
  }
  const missing = new Array<Axis>(LOOPS - axes.length).fill({ count: 1, to: 0, from: 0 });
  copy(to, from, ...[...missing, ...axes].flatMap((axis) => [axis.count, axis.to * bytes, axis.from * bytes]));
}
