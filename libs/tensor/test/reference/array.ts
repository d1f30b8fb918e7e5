/** Float64 arrays in row-major order: what the reference implementations compute on. */
export interface NdArray {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

export function size(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** The index `[i, j, ...]` of each element, in order. */
export function* indices(shape: readonly number[]): Generator<number[]> {
  for (let flat = 0; flat < size(shape); flat++) {
    const index = new Array<number>(shape.length);
    let rest = flat;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const length = shape[axis] as number;
      index[axis] = rest % length;
      rest = Math.floor(rest / length);
    }
    yield index;
  }
}

export function flatIndex(shape: readonly number[], index: readonly number[]): number {
  return index.reduce((flat, i, axis) => flat * (shape[axis] as number) + i, 0);
}

/** The element at `index`; `outside` where the index lies outside. */
export function at(x: NdArray, index: readonly number[], outside = 0): number {
  const inside = index.every((i, axis) => i >= 0 && i < (x.shape[axis] as number));
  return inside ? (x.data[flatIndex(x.shape, index)] as number) : outside;
}

/** `index` with another number on one axis. */
export function replaced(index: readonly number[], axis: number, i: number): number[] {
  return index.map((own, k) => (k === axis ? i : own));
}

export function fromIndices(shape: readonly number[], value: (index: number[]) => number): NdArray {
  return { shape, data: Float64Array.from([...indices(shape)].map(value)) };
}

/** Element by element with the broadcasting of trailing axes that numpy and tfjs share. */
export function broadcast(f: (...values: number[]) => number, ...inputs: NdArray[]): NdArray {
  const rank = Math.max(...inputs.map(({ shape }) => shape.length));
  const padded = inputs.map((x) => ({ shape: [...new Array<number>(rank - x.shape.length).fill(1), ...x.shape], data: x.data }));
  const shape = Array.from({ length: rank }, (_, axis) => Math.max(...padded.map((x) => x.shape[axis] as number)));
  return fromIndices(shape, (index) => f(...padded.map((x) => at(x, index.map((i, axis) => (x.shape[axis] === 1 ? 0 : i)))))); // prettier-ignore
}

/** Folds over `axes`, which disappear from the shape. `reduce` sees all values of one group. */
export function overAxes(x: NdArray, axes: readonly number[], reduce: (values: number[]) => number): NdArray {
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const shape = kept.map((axis) => x.shape[axis] as number);
  const groups = Array.from({ length: size(shape) }, (): number[] => []);
  for (const index of indices(x.shape)) groups[flatIndex(shape, kept.map((axis) => index[axis] as number))]?.push(at(x, index)); // prettier-ignore
  return { shape, data: Float64Array.from(groups, reduce) };
}
