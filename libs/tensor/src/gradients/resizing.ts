import {
  matMul,
  reshape,
  ResizeBilinear,
  ResizeNearestNeighbor,
  sum,
  tensor2d,
  type GradConfig,
  type ResizeBilinearAttrs,
  type Tensor,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { repetition, resizingWeights, type Interpolation } from '../kernels/resizing-weights';

/** Pixels that were repeated take the sum of what came of them. dy `[n, r h, s w, c]` -> `[n, h, w, c]`. */
function sumOfRepeated(dy: Tensor4D, [n, h, w, c]: Tensor4D['shape']): Tensor {
  const [, height, width] = dy.shape;
  const rows = sum(reshape(dy, [n * h, height / h, width * c]), 1);
  return reshape(sum(reshape(rows, [n * h * w, width / w, c]), 1), [n, h, w, c]);
}

/**
 * y = resize(x), which is linear and acts on rows and columns apart: y = R x C^T, so dx = R^T dy C. Replaces tfjs' own gradients: that of bilinear resizing
 * knows only aligned corners and that of the nearest neighbour loses or doubles contributions where the factor is not whole. Differentiable.
 */
function resizingGradient(kernelName: string, interpolation: Interpolation): GradConfig {
  return {
    kernelName,
    inputsToSave: ['images'],
    gradFunc: (incoming, saved, attributes) => {
      const [images] = saved as [Tensor4D];
      const dy = incoming as Tensor4D;
      const centres = attributes as unknown as ResizeBilinearAttrs;
      const [n, h, w, c] = images.shape;
      const [, height, width] = dy.shape;
      const repeats = [repetition(h, height, centres), repetition(w, width, centres)];
      const transposed = (from: number, to: number, y: Tensor): Tensor =>
        from === to ? y : matMul(tensor2d(resizingWeights(interpolation, from, to, centres), [to, from]), y, true);
      return {
        images: () => {
          if (interpolation === 'nearest' && !repeats.includes(null)) return sumOfRepeated(dy, images.shape);
          const rows = transposed(h, height, reshape(dy, [n, height, width * c]));
          return reshape(transposed(w, width, reshape(rows, [n * h, width, c])), images.shape);
        },
      };
    },
  };
}

export const RESIZING_GRADIENTS: readonly GradConfig[] = [
  resizingGradient(ResizeBilinear, 'bilinear'),
  resizingGradient(ResizeNearestNeighbor, 'nearest'),
];
