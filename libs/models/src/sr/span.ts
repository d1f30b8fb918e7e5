import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { Params } from '@distillery/tensor';
import { architecture, type Config } from '../architecture';
import { indices } from '../layers/chain';
import { conv, convParams } from '../layers/conv';
import { subtractMean } from '../layers/mean-shift';
import { layers, repeated, type ParamSpecs } from '../layers/parameters';
import { convShuffle } from '../layers/pixel-shuffle';
import { foldedKernel, reparameterisedConvParams } from '../layers/reparameterised-conv';
import { SCALES } from '../layers/upsampler';
import type { FromFile, Tap } from '../model';
import { choice, count, optionsSchema } from '../options';
import type { StoredTensor } from '../weights/safetensors';

const options = optionsSchema({
  features: count,
  /** What a 3x3 convolution is made of: `plain`, as the network is deployed; `reparameterised`, as the authors train it, the same function of more parameters. */
  convolutions: choice('plain', 'reparameterised').default('plain'),
});

export type SpanConfig = Config<typeof options>;

const BLOCKS = 6;
/** The range of the images at the first convolution. Nothing is done to the output, which is 0..1. */
const INPUT_RANGE = 255;
/** conv_1, three in each block, conv_2 and the up-sampler. */
const HALO = 1 + 3 * BLOCKS + 1 + 1;

/**
 * SPAN (Wan et al., CVPRW 2024; first at NTIRE 2024): conv; six blocks (x + h) (sigmoid(h) - 1/2), h = conv(silu(conv(silu(conv(x))))); first features,
 * last and first blocks, and what lies in the last behind its first SiLU, concatenated and fused (1x1); sub-pixel tail. RGB. Parameters under the names of hongyuanyu/SPAN: `eval_conv` of
 * each convolution, or `sk` and `conv`. Either form reads either's files, except that the parts of a convolution cannot be had from the whole. Taps: `conv_1`, `block_1` ...
 */
export const span = architecture({
  id: 'span',
  title: 'SPAN',
  source: 'Wan et al., CVPRW 2024',
  options,
  scales: SCALES,
  exportsAnySize: true,
  zoo: {
    span: {
      description: 'SPAN of 48 channels, RGB (Wan et al., CVPRW 2024)',
      options: { features: 48 },
      printedParameters: { 4: '426K' },
    },
  },
  network(config) {
    const { convolutions, scale } = config;
    const plain = convolutions === 'plain';
    const convolution = plain ? plainConvolution : foldedConvolution;
    return {
      channels: 3,
      halo: HALO,
      fromFile: plain ? folded : withoutFolded,
      parameters: spanParams(config),
      forward(params, x, tap) {
        const first = convolution(params, 'conv_1', subtractMean(x, INPUT_RANGE));
        tap?.('conv_1', first);
        const { early, inner, last } = attentionBlocks(params, first, convolution, tap);
        const all = tf.concat([first, convolution(params, 'conv_2', last), early, inner], 3);
        return convShuffle(params, 'upsampler.0', conv(params, 'conv_cat', all), scale);
      },
    };
  },
});

type Convolution = (params: Params, name: string, x: Tensor4D) => Tensor4D;

function plainConvolution(params: Params, name: string, x: Tensor4D): Tensor4D {
  return conv(params, `${name}.eval_conv`, x);
}

function foldedConvolution(params: Params, name: string, x: Tensor4D): Tensor4D {
  return tf.tidy(() => {
    const { weight, bias } = foldedKernel(params, name);
    return tf.add(tf.conv2d(x, weight, 1, 'same'), bias);
  });
}

/** The first block's result, the last one's, and the last one's features behind its first SiLU: the authors' code applies that in place. */
function attentionBlocks(params: Params, x: Tensor4D, convolution: Convolution, tap?: Tap): Record<'early' | 'inner' | 'last', Tensor4D> {
  let [early, inner, last] = [x, x, x];
  for (const i of indices(BLOCKS)) {
    const name = `block_${i + 1}`;
    const input = last;
    [inner, last] = tf.tidy(() => {
      const activated = silu(convolution(params, `${name}.c1_r`, input));
      const deep = convolution(params, `${name}.c3_r`, silu(convolution(params, `${name}.c2_r`, activated)));
      return [activated, tf.mul<Tensor4D>(tf.add<Tensor4D>(deep, input), tf.sub<Tensor4D>(tf.sigmoid(deep), 0.5))];
    });
    if (i === 0) early = last;
    tap?.(name, last);
  }
  return { early, inner, last };
}

function silu(x: Tensor4D): Tensor4D {
  return tf.mul(x, tf.sigmoid(x));
}

function spanParams({ features, convolutions, scale }: Required<SpanConfig>): ParamSpecs {
  const convolution = (name: string, inputs: number): ParamSpecs =>
    convolutions === 'plain'
      ? convParams(`${name}.eval_conv`, { kernel: 3, in: inputs, out: features })
      : reparameterisedConvParams(name, { in: inputs, out: features });
  return layers(
    convolution('conv_1', 3),
    repeated(BLOCKS, (i) => layers(...['c1_r', 'c2_r', 'c3_r'].map((layer) => convolution(`block_${i + 1}.${layer}`, features)))),
    convParams('conv_cat', { kernel: 1, in: 4 * features, out: features }),
    convolution('conv_2', features),
    convParams('upsampler.0', { kernel: 3, in: features, out: 3 * scale * scale }),
  );
}

const PART = /^(.+)\.(?:sk|conv\.[012])\.(?:weight|bias)$/;
const PARTS = ['sk', 'conv.0', 'conv.1', 'conv.2'].flatMap((layer) => [`${layer}.weight`, `${layer}.bias`]);

/** Convolutions folded from their parts, which are what a checkpoint of the authors was trained as: its own `eval_conv` may be older. */
const folded: FromFile = (tensors) => {
  const names = [...new Set(Object.keys(tensors).flatMap((name) => PART.exec(name)?.[1] ?? []))];
  const whole = names.filter((name) => PARTS.every((part) => Object.hasOwn(tensors, `${name}.${part}`)));
  const rest = Object.entries(tensors).filter(([name]) => !whole.includes(PART.exec(name)?.[1] ?? ''));
  return { ...Object.fromEntries(rest), ...Object.assign({}, ...whole.map((name) => foldedTensors(tensors, name))) };
};

function foldedTensors(tensors: Readonly<Record<string, StoredTensor>>, name: string): Record<string, StoredTensor> {
  return tf.tidy(() => {
    const parts = PARTS.map((part) => {
      const { data, shape } = tensors[`${name}.${part}`] as StoredTensor;
      return [`${name}.${part}`, tf.tensor(data, [...shape], 'float32')] as const;
    });
    const kernel = foldedKernel(Object.fromEntries(parts), name);
    return Object.fromEntries(
      Object.entries(kernel).map(([part, tensor]: [string, tf.Tensor]) => [
        `${name}.eval_conv.${part}`,
        { dtype: 'F32' as const, shape: tensor.shape, data: tensor.dataSync<'float32'>() },
      ]),
    );
  });
}

/** A convolution follows from its parts. Where a file has no parts, the whole one stays, and is refused by name. */
const withoutFolded: FromFile = (tensors) =>
  Object.fromEntries(
    Object.entries(tensors).filter(([name]) => {
      const [, convolution] = /^(.+)\.eval_conv\.(?:weight|bias)$/.exec(name) ?? [];
      return convolution === undefined || !Object.hasOwn(tensors, `${convolution}.sk.weight`);
    }),
  );
