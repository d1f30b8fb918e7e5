import * as tf from '@tensorflow/tfjs-core';
import { convRelu, kernelShapes, type TappedNetwork } from './feature-network';

/** Convolutions of torchvision's AlexNet; `pool`: a 3x3 max pooling of stride 2 lies before it. */
const CONVS = [
  { name: 'conv1', kernel: 11, inputs: 3, outputs: 64, stride: 4, pad: 2, pool: false },
  { name: 'conv2', kernel: 5, inputs: 64, outputs: 192, stride: 1, pad: 2, pool: true },
  { name: 'conv3', kernel: 3, inputs: 192, outputs: 384, stride: 1, pad: 1, pool: true },
  { name: 'conv4', kernel: 3, inputs: 384, outputs: 256, stride: 1, pad: 1, pool: false },
  { name: 'conv5', kernel: 3, inputs: 256, outputs: 256, stride: 1, pad: 1, pool: false },
] as const;

/** The convolutional part of AlexNet in torchvision's one-tower form (Krizhevsky 2014), tapped after each of its five ReLUs. */
export const alexNet: TappedNetwork = {
  name: 'AlexNet',
  scale: 1,
  constants: {},
  shapes: Object.assign({}, ...CONVS.map(({ name, kernel, inputs, outputs }) => kernelShapes(name, kernel, inputs, outputs))),
  channels: CONVS.map(({ outputs }) => outputs),
  minSide: 31,
  features(params, x) {
    return tf.tidy(() => {
      let h = x;
      return CONVS.map(
        ({ name, stride, pad, pool }) => (h = convRelu(params, name, pool ? tf.maxPool(h, 3, 2, 'valid') : h, { stride, pad })),
      );
    });
  },
};
