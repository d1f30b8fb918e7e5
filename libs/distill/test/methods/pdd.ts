import type { Tensor4D } from '@tensorflow/tfjs-core';
import { pdd, PDD_LAYERS, specialistAndGeneralist, type Method, type PddOptions } from '@distillery/distill';
import { edsr } from '@distillery/models';
import { seedRng, uniformTensor } from '@distillery/tensor';
import * as tf from '@tensorflow/tfjs-core';
import { TOY_TEACHER } from '../toy';
import type { Variants } from './variants';

/** VGG19's block of each layer that PDD uses: the toy network has one layer per block and gives it under all of its names. */
const LAYERS = ['conv1_2', 'conv2_1', 'conv2_2', 'conv3_1', 'conv3_4', 'conv4_1', 'conv4_4', 'conv5_1', 'conv5_4'];

/** A stand-in for VGG19 before its ReLUs: fixed random convolutions, strides instead of pooling. */
export function toyVgg(seed: number): PddOptions['features'] {
  const rng = seedRng(seed);
  const kernels = [3, 4, 4, 4, 4].map((channels) => uniformTensor(rng, [3, 3, channels, 4], -0.5, 0.5) as Tensor4D);
  return (image, layers) => {
    let h = image;
    const blocks = kernels.map((kernel, i) => {
      const linear = tf.conv2d(h, kernel, i % 2 === 0 ? 1 : 2, 'same');
      h = tf.relu(linear);
      return linear;
    });
    return Object.fromEntries(
      LAYERS.filter((layer) => layers.includes(layer)).map((layer) => [layer, blocks[Number(layer.charAt(4)) - 1] as Tensor4D]),
    );
  };
}

/** PDD in a toy size, Static: both distances, one step of each warm-up. */
export function toyPdd(over: Partial<PddOptions> = {}): Method {
  const network = edsr(TOY_TEACHER);
  return pdd({
    network,
    start: network.init(seedRng(21)),
    reference: { model: network, params: network.init(seedRng(22)) },
    inter: { weight: 1, distance: 'gram-of-difference' },
    intra: { weight: 1, distance: 'cross-entropy' },
    direct: 0,
    supervised: { pixel: 0.5, perceptual: 1, adversarial: 0.01 },
    detachSynthetic: false,
    warmUp: { discriminator: 1, supervised: 1 },
    emaDecay: 0.9,
    discriminatorFeatures: 4,
    features: toyVgg(5),
    layers: PDD_LAYERS,
    premise: false,
    ...over,
  });
}

export const PDD_METHODS = {
  pdd: {
    static: () => toyPdd({ detachSynthetic: true, premise: true }),
    EMA: () => toyPdd({ reference: 'ema' }),
    'no warm-up': () => toyPdd({ warmUp: { discriminator: 0, supervised: 0 } }),
    'other distances': () =>
      toyPdd({ inter: { weight: 1, distance: 'difference-of-grams' }, intra: { weight: 1, distance: 'cosine' }, direct: 1 }),
  },
  'specialist-and-generalist': { '': () => specialistAndGeneralist(edsr(TOY_TEACHER)) },
} satisfies Record<string, Variants>;
