import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { Params } from '@distillery/tensor';
import { chain, indices } from '../layers/chain';
import { conv, heConvParams } from '../layers/conv';
import { deconv, deconvParams } from '../layers/deconv';
import { layers, repeated, type ParamSpecs } from '../layers/parameters';
import { convShuffle } from '../layers/pixel-shuffle';
import { bicubic } from '../layers/resize';
import { SCALES } from '../layers/upsampler';
import { architecture, type Config } from '../architecture';
import { choice, count, optionsSchema } from '../options';

const options = optionsSchema({
  /** Distillation blocks: 4 in the paper. */
  blocks: count,
  /** `y`: luma and a 17x17 deconvolution, the paper's. `rgb`: the authors' later DIV2K version with a sub-pixel tail. */
  colour: choice('y', 'rgb'),
});

export type IdnConfig = Config<typeof options>;

const FEATURES = 64;
/** Channels that each block keeps as they are; the rest is enhanced further. */
const KEPT = 16;
const DECONV_KERNEL = 17;
const DECONV_CROP = 8;

/**
 * IDN (Hui et al., CVPR 2018): two 3x3 convolutions; blocks that enhance features (6 convolutions, two of them in 4 groups) and compress them (1x1);
 * reconstruction, to which the bicubically upsampled input is added. Leaky ReLU 0.05 after every convolution but the last.
 * Parameters under the names of the authors' Caffe network. Taps: `conv2`, `down1` ... `down4`.
 */
export const idn = architecture({
  id: 'idn',
  title: 'IDN',
  source: 'Hui et al., CVPR 2018',
  options,
  scales: SCALES,
  exportsAnySize: false,
  zoo: {
    idn: {
      description: 'IDN, luma (Hui et al., CVPR 2018; Zheng222/IDN-Caffe)',
      options: { blocks: 4, colour: 'y' },
    },
    'idn-rgb': {
      description: 'IDN trained on DIV2K with a sub-pixel tail, RGB (Zheng222/IDN-tensorflow)',
      options: { blocks: 4, colour: 'rgb' },
    },
  },
  network(config) {
    const { blocks, scale, colour } = config;
    return {
      channels: colour === 'y' ? 1 : 3,
      halo: 2 + 6 * blocks + tailHalo(config),
      parameters: idnParams(config),
      forward(params, x, tap) {
        const features = activated(params, 'conv2', activated(params, 'conv1', x));
        tap?.('conv2', features);
        const deep = chain(features, indices(blocks), (h, i) => distillationBlock(params, i, h), tap && ((i, y) => tap(`down${i + 1}`, y)));
        const residual =
          colour === 'y'
            ? deconv(params, 'upsample', deep, scale, DECONV_CROP)
            : convShuffle(params, 'upsample.1', conv(params, 'upsample.0', deep), scale);
        return tf.add(residual, bicubic(x, scale));
      },
    };
  },
});

/** `conv3_1`: the authors number a block's convolutions by their place in the whole network. */
function blockConv(block: number, layer: number): string {
  return `conv${block + 3}_${layer}`;
}

function distillationBlock(params: Params, block: number, x: Tensor4D): Tensor4D {
  const enhance = (h: Tensor4D, from: number): Tensor4D =>
    [from, from + 1, from + 2].reduce((y, layer) => activated(params, blockConv(block, layer), y), h);
  const short = enhance(x, 1);
  const [kept, passed] = tf.split<Tensor4D>(short, [KEPT, FEATURES - KEPT], 3) as [Tensor4D, Tensor4D];
  const sum = tf.add<Tensor4D>(tf.concat([x, kept], 3), enhance(passed, 4));
  return activated(params, `down${block + 1}`, sum);
}

function activated(params: Params, name: string, x: Tensor4D): Tensor4D {
  return tf.leakyRelu(conv(params, name, x), 0.05);
}

function idnParams({ blocks, scale, colour }: IdnConfig): ParamSpecs {
  const channels = colour === 'y' ? 1 : 3;
  const block = (b: number): ParamSpecs =>
    layers(
      heConvParams(blockConv(b, 1), { kernel: 3, in: FEATURES, out: 48 }),
      heConvParams(blockConv(b, 2), { kernel: 3, in: 48, out: 32, groups: 4 }),
      heConvParams(blockConv(b, 3), { kernel: 3, in: 32, out: FEATURES }),
      heConvParams(blockConv(b, 4), { kernel: 3, in: FEATURES - KEPT, out: 64 }),
      heConvParams(blockConv(b, 5), { kernel: 3, in: 64, out: 48, groups: 4 }),
      heConvParams(blockConv(b, 6), { kernel: 3, in: 48, out: FEATURES + KEPT }),
      heConvParams(`down${b + 1}`, { kernel: 1, in: FEATURES + KEPT, out: FEATURES }),
    );
  const tail =
    colour === 'y'
      ? deconvParams('upsample', { kernel: DECONV_KERNEL, in: FEATURES, out: 1 }, 0.001)
      : layers(
          heConvParams('upsample.0', { kernel: 3, in: FEATURES, out: FEATURES }),
          heConvParams('upsample.1', { kernel: 3, in: FEATURES, out: 3 * scale * scale }),
        );
  return layers(
    heConvParams('conv1', { kernel: 3, in: channels, out: FEATURES }),
    heConvParams('conv2', { kernel: 3, in: FEATURES, out: FEATURES }),
    repeated(blocks, block),
    tail,
  );
}

/** Output row y of the deconvolution sums input rows i with 0 <= y + 8 - scale i < 17; bicubic reaches no further. */
function tailHalo({ scale, colour }: IdnConfig): number {
  return colour === 'y' ? Math.floor((scale - 1 + DECONV_CROP) / scale) : 2;
}
