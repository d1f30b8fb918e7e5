import {
  gather,
  ResizeNearestNeighbor,
  tensor1d,
  tidy,
  type KernelFunc,
  type ResizeNearestNeighborAttrs,
  type Tensor,
} from '@tensorflow/tfjs-core';
import type { OwnKernel } from './register';
import { nearestSources, repetition } from './resizing-weights';

/** The own ones of backends compute positions in float32 and miss the pixel where one comes out just below a whole number, as in 26 to 22. */
export const resizeNearestNeighbor: OwnKernel = {
  kernelName: ResizeNearestNeighbor,
  create: (stock) => (parameters) => {
    const { images } = parameters.inputs as unknown as { images: Tensor };
    const { size, ...centres } = parameters.attrs as unknown as ResizeNearestNeighborAttrs;
    const [, h, w] = images.shape as [number, number, number, number];
    const [height, width] = size;
    if (repetition(h, height, centres) && repetition(w, width, centres)) return (stock as KernelFunc)(parameters);
    const along = (x: Tensor, axis: number, from: number, to: number): Tensor =>
      gather(x, tensor1d(nearestSources(from, to, centres), 'int32'), axis);
    return tidy(() => along(along(images, 1, h, height), 2, w, width));
  },
};
