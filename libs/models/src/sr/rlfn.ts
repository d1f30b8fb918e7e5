import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { Params } from '@distillery/tensor';
import { architecture, type Config } from '../architecture';
import { chain, indices } from '../layers/chain';
import { addBias, conv, convParams } from '../layers/conv';
import { layers, param, repeated, type ParamSpecs } from '../layers/parameters';
import { convShuffle } from '../layers/pixel-shuffle';
import { SCALES } from '../layers/upsampler';
import { count, optionsSchema, rgbRange } from '../options';

const options = optionsSchema({
  features: count,
  /** Channels between the convolutions of a block; as many as features but in the network of the challenge. */
  middle: count,
  /** Residual local feature blocks: 6, or 4 in the network of the challenge. */
  blocks: count,
  /** Channels of the attention: 16. */
  attention: count,
  rgbRange,
});

export type RlfnConfig = Config<typeof options>;

const SLOPE = 0.05;
/** The attention's convolution of stride 2 without padding leaves 7 of them, the side of its pooling window. */
const SMALLEST_SIDE = 15;

/**
 * RLFN (Kong et al., CVPRW 2022; first in runtime at NTIRE 2022): conv; blocks of three 3x3 convolutions with leaky ReLU 0.05, skip, 1x1 convolution and
 * enhanced spatial attention (ESA); conv and long skip; sub-pixel tail. RGB, 0..255 as released, no mean shift. Parameters under the names of bytedance/RLFN.
 * Taps: `conv_1`, `block_1` ... The attention is enlarged to the image's size from a grid that depends on it, so tiles change the pixels.
 */
export const rlfn = architecture({
  id: 'rlfn',
  title: 'RLFN',
  source: 'Kong et al., CVPRW 2022',
  options,
  scales: SCALES,
  exportsAnySize: false,
  zoo: {
    rlfn: {
      description: 'RLFN, 6 blocks of 52 channels, RGB (Kong et al., CVPRW 2022)',
      options: { features: 52, middle: 52, blocks: 6, attention: 16, rgbRange: 255 },
      scales: [2, 4],
    },
    'rlfn-s': {
      description: 'RLFN-S, 6 blocks of 48 channels, RGB (Kong et al., CVPRW 2022)',
      options: { features: 48, middle: 48, blocks: 6, attention: 16, rgbRange: 255 },
      scales: [2, 4],
    },
    'rlfn-ntire': {
      description: 'RLFN of the NTIRE 2022 challenge, 4 pruned blocks, RGB (Kong et al., CVPRW 2022)',
      options: { features: 46, middle: 48, blocks: 4, attention: 16, rgbRange: 255 },
      scales: [4],
      printedParameters: { 4: '0.317M' },
    },
  },
  network(config) {
    const { blocks, scale, rgbRange } = config;
    return {
      channels: 3,
      pixelRange: rgbRange,
      halo: Infinity,
      smallestSide: SMALLEST_SIDE,
      parameters: rlfnParams(config),
      forward(params, x, tap) {
        const first = conv(params, 'conv_1', rgbRange === 1 ? x : tf.mul(x, rgbRange));
        tap?.('conv_1', first);
        const deep = chain(
          first,
          indices(blocks),
          (h, i) => localFeatureBlock(params, `block_${i + 1}`, h),
          tap && ((i, y) => tap(`block_${i + 1}`, y)),
        );
        const image = convShuffle(params, 'upsampler.0', tf.add(conv(params, 'conv_2', deep), first), scale);
        return rgbRange === 1 ? image : tf.div(image, rgbRange);
      },
    };
  },
});

function localFeatureBlock(params: Params, name: string, x: Tensor4D): Tensor4D {
  const deep = ['c1_r', 'c2_r', 'c3_r'].reduce((h, layer) => tf.leakyRelu(conv(params, `${name}.${layer}`, h), SLOPE), x);
  return spatialAttention(params, `${name}.esa`, conv(params, `${name}.c5`, tf.add(deep, x)));
}

/**
 * Enhanced spatial attention: x sigmoid(conv4(up(conv3(pool(conv2(c)))) + conv_f(c))), c = conv1(x). conv2 3x3 of stride 2 and the max pooling 7x7 of
 * stride 3, both without padding; `up` is bilinear, half-pixel centres, to the size of x.
 */
function spatialAttention(params: Params, name: string, x: Tensor4D): Tensor4D {
  const [, height, width] = x.shape;
  const reduced = conv(params, `${name}.conv1`, x);
  const strided = addBias(params, `${name}.conv2`, tf.conv2d(reduced, param<Tensor4D>(params, `${name}.conv2.weight`), 2, 'valid'));
  const pooled = conv(params, `${name}.conv3`, tf.maxPool(strided, 7, 3, 'valid'));
  const enlarged = tf.image.resizeBilinear(pooled, [height, width], false, true);
  const sum = tf.add<Tensor4D>(enlarged, conv(params, `${name}.conv_f`, reduced));
  return tf.mul(x, tf.sigmoid(conv(params, `${name}.conv4`, sum)));
}

function rlfnParams({ features, middle, blocks, attention, scale }: RlfnConfig): ParamSpecs {
  const inAttention = { in: attention, out: attention };
  const block = (name: string): ParamSpecs =>
    layers(
      convParams(`${name}.c1_r`, { kernel: 3, in: features, out: middle }),
      convParams(`${name}.c2_r`, { kernel: 3, in: middle, out: middle }),
      convParams(`${name}.c3_r`, { kernel: 3, in: middle, out: features }),
      convParams(`${name}.c5`, { kernel: 1, in: features, out: features }),
      convParams(`${name}.esa.conv1`, { kernel: 1, in: features, out: attention }),
      convParams(`${name}.esa.conv_f`, { kernel: 1, ...inAttention }),
      convParams(`${name}.esa.conv2`, { kernel: 3, ...inAttention }),
      convParams(`${name}.esa.conv3`, { kernel: 3, ...inAttention }),
      convParams(`${name}.esa.conv4`, { kernel: 1, in: attention, out: features }),
    );
  return layers(
    convParams('conv_1', { kernel: 3, in: 3, out: features }),
    repeated(blocks, (i) => block(`block_${i + 1}`)),
    convParams('conv_2', { kernel: 3, in: features, out: features }),
    convParams('upsampler.0', { kernel: 3, in: features, out: 3 * scale * scale }),
  );
}
