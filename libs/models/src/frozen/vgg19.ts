import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { UserError, type Params } from '@distillery/tensor';
import { loadParams } from '../weights/params';
import { convBias, kernelShapes, type FeatureNetwork } from './feature-network';

/** Convolutions of each block and their channels. A 2x2 max pooling lies between blocks. */
const BLOCKS = [
  { convs: 2, channels: 64 },
  { convs: 2, channels: 128 },
  { convs: 4, channels: 256 },
  { convs: 4, channels: 512 },
  { convs: 4, channels: 512 },
] as const;

/** Mean colour of ImageNet, BGR on 0..255, as the Caffe weights were trained with. */
const CAFFE_MEAN_BGR = [103.939, 116.779, 123.68];

/** Where a data folder holds the weights. */
export const VGG19_WEIGHTS = 'weights/vgg19-imagenet-conv.safetensors';

interface Layer {
  /** `relu3_2`: the feature map after this layer's ReLU. */
  readonly relu: string;
  /** `conv3_2`: the feature map before it. */
  readonly linear: string;
  /** `block3_conv2`: the parameters' name. */
  readonly conv: string;
  readonly startsBlock: boolean;
}

const LAYERS: readonly Layer[] = BLOCKS.flatMap(({ convs }, b) =>
  Array.from({ length: convs }, (_, c) => ({
    relu: `relu${b + 1}_${c + 1}`,
    linear: `conv${b + 1}_${c + 1}`,
    conv: `block${b + 1}_conv${c + 1}`,
    startsBlock: b > 0 && c === 0,
  })),
);

/** Feature maps that can be asked for: after each ReLU, `relu1_1` ... `relu5_4`, and before it, `conv1_1` ... `conv5_4`. */
export const VGG19_LAYERS: readonly string[] = [...LAYERS.map(({ relu }) => relu), ...LAYERS.map(({ linear }) => linear)];

/** The convolutional part of VGG19 (Simonyan and Zisserman, ICLR 2015): 16 convolutions 3x3, 20,024,384 parameters. */
export const vgg19: FeatureNetwork = { name: 'VGG19', scale: 1, constants: {}, shapes: vggShapes() };

/**
 * How an image becomes the network's input. The weights are Caffe's and take BGR on 0..255.
 * - `caffe`: minus the ImageNet mean, as the weights were trained.
 * - `raw`: no mean, no deviation: what CSD's released code (IJCAI 2021) feeds its VGG with.
 */
export type Vgg19Input = 'caffe' | 'raw';

/**
 * Feature maps after (`relu3_2`) or before (`conv3_2`) the named ReLUs, by name. x `[n, h, w, 3]` RGB 0..1.
 * Throws RangeError for a layer that is not in VGG19_LAYERS, UserError if x is so small that pooling leaves nothing (16 pixels for relu5).
 */
export function vgg19Features(
  params: Params,
  x: Tensor4D,
  layers: readonly string[],
  input: Vgg19Input = 'caffe',
): Record<string, Tensor4D> {
  const unknown = layers.find((layer) => !VGG19_LAYERS.includes(layer));
  if (unknown !== undefined) throw new RangeError(`VGG19 has no layer ${unknown}, expected ${VGG19_LAYERS.join(', ')}`);
  const needed = LAYERS.slice(0, LAYERS.findLastIndex(({ relu, linear }) => layers.includes(relu) || layers.includes(linear)) + 1);
  checkSize(x, needed);
  return tf.tidy(() => {
    let h = tf.mul<Tensor4D>(tf.reverse(x, 3), 255);
    if (input === 'caffe') h = tf.sub(h, tf.tensor1d(CAFFE_MEAN_BGR));
    const features: Record<string, Tensor4D> = {};
    for (const { relu, linear, conv, startsBlock } of needed) {
      const y = convBias(params, conv, startsBlock ? tf.maxPool(h, 2, 2, 'valid') : h, { pad: 1 });
      h = tf.relu(y);
      if (layers.includes(linear)) features[linear] = y;
      if (layers.includes(relu)) features[relu] = h;
    }
    return features;
  });
}

/** Checked because the wasm backend does not: it writes outside its memory. */
function checkSize(x: Tensor4D, needed: readonly Layer[]): void {
  const smallest = 2 ** needed.filter(({ startsBlock }) => startsBlock).length;
  const [, height, width] = x.shape;
  if (Math.min(height, width) >= smallest) return;
  const last = needed[needed.length - 1]?.relu;
  throw new UserError(`VGG19 features up to ${last} need images of at least ${smallest}x${smallest} pixels, these are ${width}x${height}`);
}

/** ImageNet parameters from a data folder, or null where it has none. Throws UserError if the file is damaged. */
export function loadVgg19(dataDir: string | null): Params | null {
  if (dataDir === null) return null;
  const path = join(dataDir, VGG19_WEIGHTS);
  return existsSync(path) ? loadParams(vgg19, path) : null;
}

function vggShapes(): FeatureNetwork['shapes'] {
  let inputs = 3;
  const shapes = LAYERS.map(({ conv }) => {
    const { channels } = BLOCKS[Number(conv.charAt('block'.length)) - 1] as (typeof BLOCKS)[number];
    const layer = kernelShapes(conv, 3, inputs, channels);
    inputs = channels;
    return layer;
  });
  return Object.assign({}, ...shapes) as FeatureNetwork['shapes'];
}
