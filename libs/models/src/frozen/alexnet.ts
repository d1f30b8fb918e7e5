import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { UserError, type Params } from '@distillery/tensor';
import { loadParams } from '../weights/params';
import { convBias, kernelShapes, type TappedNetwork } from './feature-network';

/** Convolutions of torchvision's AlexNet; `pool`: a 3x3 max pooling of stride 2 lies before it. */
const CONVS = [
  { name: 'conv1', kernel: 11, inputs: 3, outputs: 64, stride: 4, pad: 2, pool: false },
  { name: 'conv2', kernel: 5, inputs: 64, outputs: 192, stride: 1, pad: 2, pool: true },
  { name: 'conv3', kernel: 3, inputs: 192, outputs: 384, stride: 1, pad: 1, pool: true },
  { name: 'conv4', kernel: 3, inputs: 384, outputs: 256, stride: 1, pad: 1, pool: false },
  { name: 'conv5', kernel: 3, inputs: 256, outputs: 256, stride: 1, pad: 1, pool: false },
] as const;

/** Where a data folder holds the weights: those of LPIPS, whose linear layers are left aside. */
export const ALEXNET_WEIGHTS = 'weights/lpips-alex-v0.1.safetensors';

/** Mean and deviation of ImageNet's colours, RGB on 0..1, as torchvision's weights were trained with. */
const MEAN = [0.485, 0.456, 0.406];
const DEVIATION = [0.229, 0.224, 0.225];

/** The convolutional part of AlexNet in torchvision's one-tower form (Krizhevsky 2014), tapped after each of its five ReLUs. */
export const alexNet: TappedNetwork = {
  name: 'AlexNet',
  scale: 1,
  constants: {},
  shapes: Object.assign({}, ...CONVS.map(({ name, kernel, inputs, outputs }) => kernelShapes(name, kernel, inputs, outputs))),
  channels: CONVS.map(({ outputs }) => outputs),
  minSide: 31,
  features: (params, x) => tf.tidy(() => linearMaps(params, x).map((map) => tf.relu(map))),
};

/** Feature maps that can be asked for: before each ReLU, `conv1` ... `conv5`. */
export const ALEXNET_LAYERS: readonly string[] = CONVS.map(({ name }) => name);

/**
 * AlexNet's feature maps before the named ReLUs, by name. x `[n, h, w, 3]` RGB 0..1.
 * Throws RangeError for a layer that is not in ALEXNET_LAYERS, UserError if x has less than 31 pixels a side, where pooling leaves nothing.
 */
export function alexNetFeatures(params: Params, x: Tensor4D, layers: readonly string[]): Record<string, Tensor4D> {
  const unknown = layers.find((layer) => !ALEXNET_LAYERS.includes(layer));
  if (unknown !== undefined) throw new RangeError(`AlexNet has no layer ${unknown}, expected ${ALEXNET_LAYERS.join(', ')}`);
  const [, height, width] = x.shape;
  if (Math.min(height, width) < alexNet.minSide)
    throw new UserError(
      `AlexNet’s features need images of at least ${alexNet.minSide}x${alexNet.minSide} pixels, these are ${width}x${height}`,
    );
  return tf.tidy(() => {
    const maps = linearMaps(params, tf.div(tf.sub(x, tf.tensor1d(MEAN)), tf.tensor1d(DEVIATION)));
    return Object.fromEntries(CONVS.flatMap(({ name }, i) => (layers.includes(name) ? [[name, maps[i] as Tensor4D]] : [])));
  });
}

/** ImageNet parameters from a data folder, or null where it has none. Throws UserError if the file is damaged. */
export function loadAlexNet(dataDir: string | null): Params | null {
  if (dataDir === null || !existsSync(join(dataDir, ALEXNET_WEIGHTS))) return null;
  const linear = Object.fromEntries(alexNet.channels.map((channels, i) => [`lin${i}`, [channels]]));
  const params = loadParams({ ...alexNet, shapes: { ...alexNet.shapes, ...linear } }, join(dataDir, ALEXNET_WEIGHTS));
  const [own, others] = [Object.keys(alexNet.shapes), Object.keys(linear)];
  tf.dispose(others.map((name) => params[name] as tf.Tensor));
  return Object.fromEntries(own.map((name) => [name, params[name] as tf.Tensor]));
}

/** Every convolution's output, shallow to deep. */
function linearMaps(params: Params, x: Tensor4D): Tensor4D[] {
  const maps: Tensor4D[] = [];
  for (const { name, stride, pad, pool } of CONVS) {
    const last = maps.at(-1);
    const h = last ? tf.relu(last) : x;
    maps.push(convBias(params, name, pool ? tf.maxPool(h, 3, 2, 'valid') : h, { stride, pad }));
  }
  return maps;
}
