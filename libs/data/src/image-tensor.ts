import { tensor4d, type Tensor4D } from '@tensorflow/tfjs-core';
import { UserError } from '@distillery/tensor';
import { peak, type Values } from './depth';
import type { Image } from './image';

/** The image as a tensor `[1, height, width, channels]`, float32, value / 255 (of 16 bits: / 65535) in 0..1. The caller disposes it. */
export function imageToTensor(image: Image<Values>): Tensor4D {
  const white = peak(image.data);
  const values = new Float32Array(image.data.length);
  for (let i = 0; i < values.length; i++) values[i] = (image.data[i] as number) / white;
  return tensor4d(values, [1, image.height, image.width, image.channels]);
}

/**
 * A tensor `[1, height, width, 1 or 3]` in 0..1 as an 8-bit image: round half up of 255 v, clipped to 0..255.
 * Throws UserError for another shape or for values that are not numbers.
 */
export function tensorToImage(tensor: Tensor4D): Image {
  const [n, height, width, channels] = tensor.shape;
  if (n !== 1 || (channels !== 1 && channels !== 3)) {
    throw new UserError(`tensor of shape [${tensor.shape.join(', ')}] is no image; expected [1, height, width, 1 or 3]`);
  }
  const values = tensor.dataSync();
  const data = new Uint8Array(values.length);
  for (let i = 0; i < data.length; i++) {
    const value = values[i] as number;
    if (Number.isNaN(value)) throw new UserError('the tensor holds NaN; expected an image in 0..1');
    data[i] = Math.min(Math.max(Math.floor(255 * value + 0.5), 0), 255);
  }
  return { width, height, channels, data };
}
