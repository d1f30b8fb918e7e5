import * as tf from '@tensorflow/tfjs-core';
import type { Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';

/** A feature map as a list of pixels: `[n, h, w, c]` -> `[n, h w, c]`. */
export function pixels(feature: Tensor4D): Tensor3D {
  const [n, height, width, channels] = feature.shape;
  return tf.reshape(feature, [n, height * width, channels]);
}
