import { pad, reshape, slice, util, type Tensor } from '@tensorflow/tfjs-core';

/** Shape around `axis`, as [all before, the axis, all after]: keeps every operation here at three dimensions. */
function around(shape: readonly number[], axis: number): [number, number, number] {
  return [util.sizeFromShape(shape.slice(0, axis)), shape[axis] as number, util.sizeFromShape(shape.slice(axis + 1))];
}

function resized(shape: readonly number[], axis: number, size: number): number[] {
  return shape.map((length, i) => (i === axis ? size : length));
}

/** y[step i] = x[i] along `axis`, zero between: n elements become (n - 1) step + 1. Differentiable. */
export function insertZeros<T extends Tensor>(x: T, axis: number, step: number): T {
  if (step === 1) return x;
  const [outer, n, inner] = around(x.shape, axis);
  const spaced = pad(reshape(x, [outer * n, 1, inner]), [[0, 0], [0, step - 1], [0, 0]]); // prettier-ignore
  const size = (n - 1) * step + 1;
  return reshape(slice(reshape(spaced, [outer, n * step, inner]), [0, 0, 0], [outer, size, inner]), resized(x.shape, axis, size)) as T;
}

/** y[i] = x[step i] along `axis`: n elements become ceil(n / step). Differentiable. */
export function takeEvery<T extends Tensor>(x: T, axis: number, step: number): T {
  if (step === 1) return x;
  const [outer, n, inner] = around(x.shape, axis);
  const size = Math.ceil(n / step);
  const whole = pad(reshape(x, [outer, n, inner]), [[0, 0], [0, size * step - n], [0, 0]]); // prettier-ignore
  return reshape(
    slice(reshape(whole, [outer * size, step, inner]), [0, 0, 0], [outer * size, 1, inner]),
    resized(x.shape, axis, size),
  ) as T;
}
