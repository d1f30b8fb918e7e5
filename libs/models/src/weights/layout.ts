interface Kernel {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** PyTorch's kernel `[out, in, kh, kw]` to `[kh, kw, in, out]`; a transposed convolution's `[in, out, kh, kw]` to tfjs' `[kh, kw, out, in]`. */
export function oihwToHwio<T extends Kernel>(tensor: T): T {
  return tensor.shape.length === 4 ? transposed(tensor, [2, 3, 1, 0]) : tensor;
}

/** The inverse of `oihwToHwio`. Other ranks than 4 come back as they are, here and there. */
export function hwioToOihw<T extends Kernel>(tensor: T): T {
  return tensor.shape.length === 4 ? transposed(tensor, [3, 2, 0, 1]) : tensor;
}

/** The tensor with axis `order[i]` of the old one as axis i. */
function transposed<T extends Kernel>(tensor: T, order: readonly [number, number, number, number]): T {
  const strides = tensor.shape.map((_, axis) => tensor.shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  const [a, b, c, d] = order.map((axis) => tensor.shape[axis] as number) as [number, number, number, number];
  const [sa, sb, sc, sd] = order.map((axis) => strides[axis] as number) as [number, number, number, number];
  const data = new Float32Array(tensor.data.length);
  let target = 0;
  for (let i = 0; i < a; i++)
    for (let j = 0; j < b; j++)
      for (let k = 0; k < c; k++) for (let l = 0; l < d; l++) data[target++] = tensor.data[i * sa + j * sb + k * sc + l * sd] as number;
  return { ...tensor, shape: [a, b, c, d], data };
}
