import type { Builder } from '../graph/builder';
import type { Data, Value } from '../graph/value';
import { input, type KernelCall, type KernelRecorder, type KernelRecorders } from './call';
import { foldKernel, type HostTensor } from './fold';

/**
 * How `kernel` resizes one axis, as a matrix `[to, from]`: its response to the columns of the identity, one per channel. Thus every convention of tfjs is kept
 * by construction.
 */
function resizingMatrix(kernel: string, attrs: KernelCall['attrs'], from: number, to: number): Data {
  const data = new Float32Array(from * from);
  for (let i = 0; i < from; i++) data[i * from + i] = 1;
  const images: HostTensor = { shape: [1, from, 1, from], dtype: 'float32', data };
  const resized = foldKernel(kernel, { images }, false, { ...attrs, size: [to, 1] } as never);
  if (!resized || Array.isArray(resized)) throw new Error(`no reference for ${kernel}`);
  return resized.data;
}

/** Rows of each image combined by `matrix`, then columns: x `[n, h, w, c]`. `transposed`: by the matrix' transpose. */
function resize(builder: Builder, x: Value, matrices: readonly [Value, Value], transposed: boolean): Value {
  const [rows, columns] = transposed ? matrices.map((matrix) => builder.transpose(matrix, [1, 0])) : matrices;
  const [n, h, w, c] = x.shape as [number, number, number, number];
  const [height, width] = [(rows as Value).shape[0] as number, (columns as Value).shape[0] as number];
  const tall = builder.node('MatMul', [rows as Value, builder.reshape(x, [n, h, w * c])], [n, height, w * c]);
  const wide = builder.node('MatMul', [columns as Value, builder.reshape(tall, [n * height, w, c])], [n * height, width, c]);
  return builder.reshape(wide, [n, height, width, c]);
}

function matricesOf(call: KernelCall, kernel: string, from: Value, to: readonly [number, number]): [Value, Value] {
  const matrix = (i: 0 | 1): Value => {
    const length = from.shape[1 + i] as number;
    return call.builder.constant(resizingMatrix(kernel, call.attrs, length, to[i]), 'float32', [to[i], length]);
  };
  return [matrix(0), matrix(1)];
}

function forward(kernel: string): KernelRecorder {
  return (call) => {
    const x = input(call, 'images');
    return resize(call.builder, x, matricesOf(call, kernel, x, call.attrs.size as [number, number]), false);
  };
}

function gradient(kernel: string): KernelRecorder {
  return (call) => {
    const [x, dy] = [input(call, 'images'), input(call, 'dy')];
    const size: [number, number] = [dy.shape[1] as number, dy.shape[2] as number];
    return resize(call.builder, dy, matricesOf(call, kernel, x, size), true);
  };
}

/** By how much `images` grow, if by a whole factor in both directions; else null. */
function wholeFactor(images: Value, [height, width]: readonly [number, number]): number | null {
  const factor = height / (images.shape[1] as number);
  return Number.isInteger(factor) && width === factor * (images.shape[2] as number) ? factor : null;
}

/** Pixels repeated r times are r x r copies of the channels, spread over space: no matrix, and the same for images of every size. */
const repeatPixels: KernelRecorder = (call) => {
  const { builder, attrs } = call;
  const x = input(call, 'images');
  const size = attrs.size as [number, number];
  const factor = attrs.alignCorners ? null : wholeFactor(x, size);
  if (factor === null) return forward('ResizeNearestNeighbor')(call);
  const copies = builder.concat(Array<Value>(factor ** 2).fill(x), 3);
  return builder.node('DepthToSpace', [copies], [x.shape[0] as number, ...size, x.shape[3] as number], { blockSize: factor });
};

/** Resizing is linear and acts on rows and columns apart: two matrix products, and their transposes for the gradient. */
export const RESIZING: KernelRecorders = {
  ResizeBilinear: forward('ResizeBilinear'),
  ResizeBilinearGrad: gradient('ResizeBilinear'),
  ResizeNearestNeighbor: repeatPixels,
  ResizeNearestNeighborGrad: gradient('ResizeNearestNeighbor'),
};
