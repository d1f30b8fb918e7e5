import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { bicubicUpsampleTensor } from '@distillery/data';

/** Every pixel repeated `scale` times in both directions. */
export function nearest(x: Tensor4D, scale: number): Tensor4D {
  return tf.image.resizeNearestNeighbor(x, [x.shape[1] * scale, x.shape[2] * scale]);
}

/** Bilinear, half-pixel centres, edge pixels repeated: PyTorch's `interpolate(mode='bilinear', align_corners=False)`. */
export function bilinear(x: Tensor4D, scale: number): Tensor4D {
  return tf.image.resizeBilinear(x, [x.shape[1] * scale, x.shape[2] * scale], false, true);
}

/** Bicubic with MATLAB's a = -0.5, in floating point (imresize on doubles: nothing is rounded between the passes). */
export function bicubic(x: Tensor4D, scale: number): Tensor4D {
  return bicubicUpsampleTensor(x, scale, -0.5);
}
