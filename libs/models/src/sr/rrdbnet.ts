import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import { UserError, type Params } from '@distillery/tensor';
import { chain, indices } from '../layers/chain';
import { conv, convParams } from '../layers/conv';
import { constant, layers, normal, param, repeated, type ParamSpecs } from '../layers/parameters';
import { nearest } from '../layers/resize';
import { architecture, type Config } from '../architecture';
import { count, flag, optionsSchema } from '../options';
import { consecutive, convSize } from '../weights/file-shapes';
import { rrdbSequentialNames, rrdbTrunkNames } from '../weights/name-schemes';

const options = optionsSchema({
  features: count,
  /** Channels that each convolution of a dense block adds. */
  growth: count,
  /** Residual-in-residual dense blocks: 23, or 6 in the small version. */
  blocks: count,
  /** At x2, Real-ESRGAN's way: each 2x2 pixels become the channels of one (pixel unshuffle), and the network of x4 enlarges that. Else half of its up-sampler is left out. */
  unshuffle: flag.default(false),
});

export type RrdbnetConfig = Config<typeof options, 2 | 4>;

/** Side of the squares of pixels that become one. */
const UNSHUFFLE = 2;
const SLOPE = 0.2;
const RESIDUAL_SCALE = 0.2;
const DENSE_CONVS = 5;
const DENSE_BLOCKS = [1, 2, 3] as const;

/**
 * RRDBNet (Wang et al., ESRGAN, ECCVW 2018; also Real-ESRGAN's and BSRGAN's generator): conv; blocks x + 0.2 dense(dense(dense(x))), each dense block
 * x + 0.2 conv5(all before); conv and long skip; twice (at x2 once) nearest-neighbour x2 and conv; two convs. Leaky ReLU 0.2, no normalisation. RGB.
 * Parameters under the names of BasicSR; dense blocks drawn with a tenth of He's deviation. Taps: `conv_first`, `body.0` ...
 */
export const rrdbnet = architecture({
  id: 'rrdbnet',
  title: 'RRDBNet',
  source: 'Wang et al., ECCVW 2018',
  options,
  scales: [2, 4],
  // The unshuffle mirrors a row of an odd image, which stands in the graph.
  exportsAnySize: ({ unshuffle }) => !unshuffle,
  names: [rrdbTrunkNames, rrdbSequentialNames],
  infer(shapes) {
    const first = convSize(shapes, 'conv_first');
    const growth = convSize(shapes, 'body.0.rdb1.conv1')?.outputs;
    if (first === null || growth === undefined) return null;
    const unshuffle = first.inputs === 3 * UNSHUFFLE ** 2;
    const blocks = consecutive(shapes, (b) => `body.${b}.rdb1.conv1.weight`);
    return { options: { features: first.outputs, growth, blocks, unshuffle }, scale: !unshuffle && convSize(shapes, 'conv_up2') ? 4 : 2 };
  },
  variants: ['unshuffle'],
  zoo: {
    rrdbnet: {
      description: 'RRDBNet, 23 blocks, RGB (ESRGAN, Real-ESRGAN x4, BSRGAN)',
      options: { features: 64, growth: 32, blocks: 23 },
      printedParameters: { 4: '16.70M' },
    },
    'rrdbnet-6b': {
      description: "RRDBNet, 6 blocks, x4, RGB (Real-ESRGAN's anime version)",
      options: { features: 64, growth: 32, blocks: 6 },
      scales: [4],
    },
    'realesrgan-x2': {
      description: 'RRDBNet, 23 blocks, on unshuffled pixels, x2, RGB (Real-ESRGAN x2plus)',
      options: { features: 64, growth: 32, blocks: 23, unshuffle: true },
      scales: [2],
    },
  },
  network(config) {
    const { blocks, scale, unshuffle } = config;
    if (unshuffle && scale !== 2) throw new UserError(`RRDBNet unshuffle true: expected scale 2, not ${scale}`);
    const ups = scale === 4 || unshuffle ? ['conv_up1', 'conv_up2'] : ['conv_up1'];
    const reach = 1 + blocks * DENSE_BLOCKS.length * DENSE_CONVS + 1 + 2;
    return {
      channels: 3,
      halo: unshuffle ? UNSHUFFLE * reach : reach,
      ...(unshuffle && { multiple: UNSHUFFLE, smallestSide: UNSHUFFLE }),
      parameters: rrdbnetParams(config),
      forward(params, x, tap) {
        const first = unshuffle ? unshuffledConv(params, 'conv_first', reflectedToEven(x)) : conv(params, 'conv_first', x);
        tap?.('conv_first', first);
        const deep = chain(
          first,
          indices(blocks),
          (h, i) => residualInResidual(params, `body.${i}`, h),
          tap && ((i, y) => tap(`body.${i}`, y)),
        );
        const body = tf.add<Tensor4D>(conv(params, 'conv_body', deep), first);
        const activated = (h: Tensor4D, name: string): Tensor4D => tf.leakyRelu(conv(params, name, h), SLOPE);
        const up = chain(body, ups, (h, name) => activated(nearest(h, 2), name));
        const image = conv(params, 'conv_last', activated(up, 'conv_hr'));
        const [, height, width] = x.shape;
        if (!unshuffle || (height % UNSHUFFLE === 0 && width % UNSHUFFLE === 0)) return image;
        return tf.slice(image, [0, 0, 0, 0], [-1, height * scale, width * scale, -1]);
      },
    };
  },
});

/** An image of odd sides with one more row and column, mirrored without the edge, as Real-ESRGAN's scripts do. */
function reflectedToEven(x: Tensor4D): Tensor4D {
  const [, height, width] = x.shape;
  const tall = height % UNSHUFFLE === 0 ? x : tf.concat([x, tf.slice(x, [0, height - 2, 0, 0], [-1, 1, -1, -1])], 1);
  return width % UNSHUFFLE === 0 ? tall : tf.concat([tall, tf.slice(tall, [0, 0, width - 2, 0], [-1, -1, 1, -1])], 2);
}

/**
 * conv(unshuffle(x)): channel (c, i, j) of the unshuffled map is pixel (2 y + i, 2 x + j) of channel c, so that a 3x3 kernel over the map is a 6x6 kernel over the
 * image at stride 2.
 */
function unshuffledConv(params: Params, name: string, x: Tensor4D): Tensor4D {
  const weight = param<Tensor4D>(params, `${name}.weight`);
  const [k, , inputs, outputs] = weight.shape;
  const [r, colours] = [UNSHUFFLE, inputs / UNSHUFFLE ** 2];
  const kernel = tf.tidy(() => {
    const rows = tf.transpose(tf.reshape(weight, [k, k * colours, r, r * outputs]), [0, 2, 1, 3]);
    const columns = tf.transpose(tf.reshape(rows, [k * r, k, colours, r, outputs]), [0, 1, 3, 2, 4]);
    return tf.reshape(columns, [k * r, k * r, colours, outputs]) as Tensor4D;
  });
  return tf.add(tf.conv2d<Tensor4D>(x, kernel, r, 'same'), param<Tensor1D>(params, `${name}.bias`));
}

function residualInResidual(params: Params, name: string, x: Tensor4D): Tensor4D {
  const deep = chain(x, DENSE_BLOCKS, (h, i) => denseBlock(params, `${name}.rdb${i}`, h));
  return tf.add(x, tf.mul(deep, RESIDUAL_SCALE));
}

function denseBlock(params: Params, name: string, x: Tensor4D): Tensor4D {
  let all = x;
  for (let i = 1; i < DENSE_CONVS; i++) all = tf.concat([all, tf.leakyRelu(conv(params, `${name}.conv${i}`, all), SLOPE)], 3);
  return tf.add(x, tf.mul(conv(params, `${name}.conv${DENSE_CONVS}`, all), RESIDUAL_SCALE));
}

function rrdbnetParams({ features, growth, blocks, scale, unshuffle }: RrdbnetConfig): ParamSpecs {
  const same = { kernel: 3, in: features, out: features };
  const dense = (name: string): ParamSpecs =>
    repeated(DENSE_CONVS, (i) => denseConvParams(`${name}.conv${i + 1}`, features + i * growth, i === DENSE_CONVS - 1 ? features : growth));
  return layers(
    convParams('conv_first', { kernel: 3, in: unshuffle ? 3 * UNSHUFFLE ** 2 : 3, out: features }),
    repeated(blocks, (b) => layers(...DENSE_BLOCKS.map((i) => dense(`body.${b}.rdb${i}`)))),
    ...['conv_body', 'conv_up1', ...(scale === 4 || unshuffle ? ['conv_up2'] : []), 'conv_hr'].map((name) => convParams(name, same)),
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
