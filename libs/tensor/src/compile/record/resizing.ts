import type { ResizeBilinearAttrs } from '@tensorflow/tfjs-core';
import { repetition, resizingWeights, type Interpolation } from '../../kernels/resizing-weights';
import type { Value } from '../graph/value';
import { input, type KernelRecorder, type KernelRecorders } from './call';

/** Resizing is linear and acts on rows and columns apart: two matrix products, x `[n, h, w, c]`. */
function resize(interpolation: Interpolation): KernelRecorder {
  return (call) => {
    const { builder, attrs } = call;
    const x = input(call, 'images');
    const { size, ...centres } = attrs as unknown as ResizeBilinearAttrs;
    const [height, width] = size;
    const [n, h, w, c] = x.shape as [number, number, number, number];
    const matrix = (from: number, to: number) => builder.constant(resizingWeights(interpolation, from, to, centres), 'float32', [to, from]);
    const tall = builder.node('MatMul', [matrix(h, height), builder.reshape(x, [n, h, w * c])], [n, height, w * c]);
    const wide = builder.node('MatMul', [matrix(w, width), builder.reshape(tall, [n * height, w, c])], [n * height, width, c]);
    return builder.reshape(wide, [n, height, width, c]);
  };
}

/** Pixels repeated r times are r x r copies of the channels, spread over space: no matrix, and the same for images of every size. */
const repeatPixels: KernelRecorder = (call) => {
  const { builder, attrs } = call;
  const x = input(call, 'images');
  const { size, ...centres } = attrs as unknown as ResizeBilinearAttrs;
  const [n, h, w, c] = x.shape as [number, number, number, number];
  const factor = repetition(h, size[0], centres);
  if (factor === null || factor !== repetition(w, size[1], centres)) return resize('nearest')(call);
  const copies = builder.concat(Array<Value>(factor ** 2).fill(x), 3);
  return builder.node('DepthToSpace', [copies], [n, ...size, c], { blockSize: factor });
};

export const RESIZING: KernelRecorders = { ResizeBilinear: resize('bilinear'), ResizeNearestNeighbor: repeatPixels };
