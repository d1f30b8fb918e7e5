import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { Params } from '@distillery/tensor';
import { chain, indices } from '../layers/chain';
import { conv, convParams } from '../layers/conv';
import { constant, layers, normal, repeated, type ParamSpecs } from '../layers/parameters';
import { nearest } from '../layers/resize';
import { architecture, type Config } from '../architecture';
import { count, optionsSchema } from '../options';

const options = optionsSchema({
  features: count,
  /** Channels that each convolution of a dense block adds. */
  growth: count,
  /** Residual-in-residual dense blocks: 23, or 6 in the small version. */
  blocks: count,
});

export type RrdbnetConfig = Config<typeof options, 4>;

const SLOPE = 0.2;
const RESIDUAL_SCALE = 0.2;
const DENSE_CONVS = 5;
const DENSE_BLOCKS = [1, 2, 3] as const;

/**
 * RRDBNet x4 (Wang et al., ESRGAN, ECCVW 2018; also Real-ESRGAN's and BSRGAN's generator): conv; blocks x + 0.2 dense(dense(dense(x))), each dense block
 * x + 0.2 conv5(all before); conv and long skip; twice nearest-neighbour x2 and conv; two convs. Leaky ReLU 0.2, no normalisation. RGB.
 * Parameters under the names of BasicSR; dense blocks drawn with a tenth of He's deviation. Taps: `conv_first`, `body.0` ...
 */
export const rrdbnet = architecture({
  id: 'rrdbnet',
  title: 'RRDBNet',
  source: 'Wang et al., ECCVW 2018',
  options,
  scales: [4],
  exportsAnySize: true,
  zoo: {
    rrdbnet: {
      description: 'RRDBNet, 23 blocks, x4, RGB (ESRGAN, Real-ESRGAN, BSRGAN)',
      options: { features: 64, growth: 32, blocks: 23 },
      printedParameters: { 4: '16.70M' },
    },
    'rrdbnet-6b': {
      description: "RRDBNet, 6 blocks, x4, RGB (Real-ESRGAN's anime version)",
      options: { features: 64, growth: 32, blocks: 6 },
    },
  },
  network(config) {
    const { blocks } = config;
    return {
      channels: 3,
      halo: 1 + blocks * DENSE_BLOCKS.length * DENSE_CONVS + 1 + 2,
      parameters: rrdbnetParams(config),
      forward(params, x, tap) {
        const first = conv(params, 'conv_first', x);
        tap?.('conv_first', first);
        const deep = chain(
          first,
          indices(blocks),
          (h, i) => residualInResidual(params, `body.${i}`, h),
          tap && ((i, y) => tap(`body.${i}`, y)),
        );
        const body = tf.add<Tensor4D>(conv(params, 'conv_body', deep), first);
        const activated = (h: Tensor4D, name: string): Tensor4D => tf.leakyRelu(conv(params, name, h), SLOPE);
        const up = chain(body, ['conv_up1', 'conv_up2'], (h, name) => activated(nearest(h, 2), name));
        return conv(params, 'conv_last', activated(up, 'conv_hr'));
      },
    };
  },
});

function residualInResidual(params: Params, name: string, x: Tensor4D): Tensor4D {
  const deep = chain(x, DENSE_BLOCKS, (h, i) => denseBlock(params, `${name}.rdb${i}`, h));
  return tf.add(x, tf.mul(deep, RESIDUAL_SCALE));
}

function denseBlock(params: Params, name: string, x: Tensor4D): Tensor4D {
  let all = x;
  for (let i = 1; i < DENSE_CONVS; i++) all = tf.concat([all, tf.leakyRelu(conv(params, `${name}.conv${i}`, all), SLOPE)], 3);
  return tf.add(x, tf.mul(conv(params, `${name}.conv${DENSE_CONVS}`, all), RESIDUAL_SCALE));
}

function rrdbnetParams({ features, growth, blocks }: RrdbnetConfig): ParamSpecs {
  const same = { kernel: 3, in: features, out: features };
  const dense = (name: string): ParamSpecs =>
    repeated(DENSE_CONVS, (i) => denseConvParams(`${name}.conv${i + 1}`, features + i * growth, i === DENSE_CONVS - 1 ? features : growth));
  return layers(
    convParams('conv_first', { kernel: 3, in: 3, out: features }),
    repeated(blocks, (b) => layers(...DENSE_BLOCKS.map((i) => dense(`body.${b}.rdb${i}`)))),
    ...['conv_body', 'conv_up1', 'conv_up2', 'conv_hr'].map((name) => convParams(name, same)),
    convParams('conv_last', { kernel: 3, in: features, out: 3 }),
  );
}

/** Small at first, so that the blocks start near the identity (ESRGAN, supplement). */
function denseConvParams(name: string, inputs: number, out: number): ParamSpecs {
  return {
    [`${name}.weight`]: normal([3, 3, inputs, out], 0.1 * Math.sqrt(2 / (9 * inputs))),
    [`${name}.bias`]: constant([out], 0),
  };
}
