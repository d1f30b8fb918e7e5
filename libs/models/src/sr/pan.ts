import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { Params } from '@distillery/tensor';
import { chain, indices } from '../layers/chain';
import { conv, convParams } from '../layers/conv';
import { layers, repeated, type ParamSpecs } from '../layers/parameters';
import { bilinear, nearest } from '../layers/resize';
import { SCALES, type Scale } from '../layers/upsampler';
import { architecture, type Config } from '../architecture';
import { count, optionsSchema } from '../options';

const options = optionsSchema({
  /** Channels of the trunk: 40. */
  features: count.multipleOf(2, 'expected an even number'),
  /** Channels of the up-sampler: 24. */
  upFeatures: count,
  blocks: count,
});

export type PanConfig = Config<typeof options>;

const SLOPE = 0.2;

/**
 * PAN (Zhao et al., ECCV 2020 workshops): conv; self-calibrated blocks with pixel attention (SCPA); conv and skip; up to two stages of nearest-neighbour
 * upsampling, conv, pixel attention and conv; last conv, to which the bilinearly upsampled input is added. RGB. Parameters under the names of
 * zhaohengyuan1/PAN. Taps: `conv_first`, `SCPA_trunk.0` ...
 */
export const pan = architecture({
  id: 'pan',
  title: 'PAN',
  source: 'Zhao et al., ECCVW 2020',
  options,
  scales: SCALES,
  exportsAnySize: false,
  zoo: {
    pan: {
      description: 'PAN, RGB (Zhao et al., ECCVW 2020)',
      options: { features: 40, upFeatures: 24, blocks: 16 },
      printedParameters: { 2: '261K', 3: '261K', 4: '272K' },
    },
  },
  network(config) {
    const { blocks, scale } = config;
    return {
      channels: 3,
      // conv_first, two 3x3 in a row per block, trunk_conv; then the up-sampler's, of which three lie at the output's size.
      halo: 1 + 2 * blocks + 1 + (scale === 3 ? 1 : 2),
      parameters: panParams(config),
      forward(params, x, tap) {
        const first = conv(params, 'conv_first', x);
        tap?.('conv_first', first);
        const deep = chain(
          first,
          indices(blocks),
          (h, i) => scpa(params, `SCPA_trunk.${i}`, h),
          tap && ((i, y) => tap(`SCPA_trunk.${i}`, y)),
        );
        const trunk = tf.add<Tensor4D>(conv(params, 'trunk_conv', deep), first);
        const up = chain(trunk, [...stages(scale).entries()], (h, [i, r]) => upsample(params, i + 1, h, r));
        return tf.add(conv(params, 'conv_last', up), bilinear(x, scale));
      },
    };
  },
});

function stages(scale: Scale): readonly number[] {
  return scale === 4 ? [2, 2] : [scale];
}

/** Two branches on half the channels each: a 3x3 convolution, and one whose result is weighted per pixel before a second. */
function scpa(params: Params, name: string, x: Tensor4D): Tensor4D {
  const activated = (h: Tensor4D): Tensor4D => tf.leakyRelu(h, SLOPE);
  const a = conv(params, `${name}.k1.0`, activated(conv(params, `${name}.conv1_a`, x)));
  const b = activated(conv(params, `${name}.conv1_b`, x));
  const weighted = tf.mul<Tensor4D>(conv(params, `${name}.PAConv.k3`, b), tf.sigmoid(conv(params, `${name}.PAConv.k2`, b)));
  const both = tf.concat([activated(a), activated(conv(params, `${name}.PAConv.k4`, weighted))], 3);
  return tf.add(conv(params, `${name}.conv3`, both), x);
}

function upsample(params: Params, stage: number, x: Tensor4D, r: number): Tensor4D {
  const features = conv(params, `upconv${stage}`, nearest(x, r));
  const weighted = tf.mul<Tensor4D>(features, tf.sigmoid(conv(params, `att${stage}.conv`, features)));
  return tf.leakyRelu(conv(params, `HRconv${stage}`, tf.leakyRelu(weighted, SLOPE)), SLOPE);
}

function panParams({ features, upFeatures, blocks, scale }: PanConfig): ParamSpecs {
  const half = features / 2;
  const block = (name: string): ParamSpecs =>
    layers(
      convParams(`${name}.conv1_a`, { kernel: 1, in: features, out: half, bias: false }),
      convParams(`${name}.conv1_b`, { kernel: 1, in: features, out: half, bias: false }),
      convParams(`${name}.k1.0`, { kernel: 3, in: half, out: half, bias: false }),
      convParams(`${name}.PAConv.k2`, { kernel: 1, in: half, out: half }),
      convParams(`${name}.PAConv.k3`, { kernel: 3, in: half, out: half, bias: false }),
      convParams(`${name}.PAConv.k4`, { kernel: 3, in: half, out: half, bias: false }),
      convParams(`${name}.conv3`, { kernel: 1, in: features, out: features, bias: false }),
    );
  const stage = (i: number): ParamSpecs =>
    layers(
      convParams(`upconv${i + 1}`, { kernel: 3, in: i === 0 ? features : upFeatures, out: upFeatures }),
      convParams(`att${i + 1}.conv`, { kernel: 1, in: upFeatures, out: upFeatures }),
      convParams(`HRconv${i + 1}`, { kernel: 3, in: upFeatures, out: upFeatures }),
    );
  return layers(
    convParams('conv_first', { kernel: 3, in: 3, out: features }),
    repeated(blocks, (i) => block(`SCPA_trunk.${i}`)),
    convParams('trunk_conv', { kernel: 3, in: features, out: features }),
    repeated(stages(scale).length, stage),
    convParams('conv_last', { kernel: 3, in: upFeatures, out: 3 }),
  );
}
