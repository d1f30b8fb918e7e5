import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { Params } from '@distillery/tensor';
import { attend, attentionParams, channelMean } from '../layers/channel-attention';
import { conv, convParams } from '../layers/conv';
import { layers, repeated, type ParamSpecs } from '../layers/parameters';
import { convShuffle } from '../layers/pixel-shuffle';
import type { Scale } from '../layers/upsampler';
import { defineModel, type Model } from '../model';
import { checkCounts, checkScale } from './check-config';

export interface ImdnConfig {
  /** A multiple of 4: each step of a block keeps a quarter of them. */
  readonly features: number;
  readonly blocks: number;
  readonly scale: Scale;
}

const REDUCTION = 16;
const SLOPE = 0.05;

/**
 * IMDN (Hui et al., ACM MM 2019): conv; blocks that distil their features in four steps and weigh them by contrast-aware channel attention; the blocks' results
 * concatenated and fused (1x1, 3x3), plus the head; sub-pixel tail. RGB, no mean shift. Parameters under the names of Zheng222/IMDN.
 * Taps: `fea_conv`, `IMDB1` ... Throws UserError for counts that are not positive integers, features below 16 or no multiple of 4, or a scale
 * other than 2, 3, 4.
 */
export function imdn(config: ImdnConfig): Model<ImdnConfig> {
  const { features, blocks, scale } = config;
  checkCounts('IMDN', { blocks, 'features / 4': features / 4, [`features / ${REDUCTION}`]: Math.floor(features / REDUCTION) });
  checkScale('IMDN', scale);
  return defineModel({
    name: 'IMDN',
    config,
    scale,
    channels: 3,
    halo: Infinity,
    parameters: imdnParams(config),
    forward(params, x, tap) {
      const head = conv(params, 'fea_conv', x);
      tap?.('fea_conv', head);
      const results: Tensor4D[] = [];
      for (let b = 1; b <= blocks; b++) {
        const result = tf.tidy(() => distillationBlock(params, `IMDB${b}`, results[b - 2] ?? head, features / 4));
        tap?.(`IMDB${b}`, result);
        results.push(result);
      }
      const fused = tf.leakyRelu(conv(params, 'c.0', tf.concat(results, 3)), SLOPE);
      return convShuffle(params, 'upsampler.0', tf.add(conv(params, 'LR_conv', fused), head), scale);
    },
  });
}

/** Three times: convolve, keep the first quarter, pass the rest on; the last convolution gives the fourth quarter. */
function distillationBlock(params: Params, name: string, x: Tensor4D, quarter: number): Tensor4D {
  const kept: Tensor4D[] = [];
  let rest = x;
  for (const layer of ['c1', 'c2', 'c3']) {
    const y = tf.leakyRelu(conv(params, `${name}.${layer}`, rest), SLOPE);
    const [first, others] = tf.split<Tensor4D>(y, [quarter, 3 * quarter], 3) as [Tensor4D, Tensor4D];
    kept.push(first);
    rest = others;
  }
  const all = tf.concat([...kept, conv(params, `${name}.c4`, rest)], 3);
  return tf.add(conv(params, `${name}.c5`, attend(params, `${name}.cca`, all, contrast(all))), x);
}

/** Standard deviation plus mean of each channel: `[n, 1, 1, c]`. */
function contrast(x: Tensor4D): Tensor4D {
  const mean = channelMean(x);
  // Not squaredDifference, whose gradient in tfjs does not allow for broadcasting.
  return tf.add(tf.sqrt(channelMean(tf.square(tf.sub<Tensor4D>(x, mean)))), mean);
}

function imdnParams({ features, blocks, scale }: ImdnConfig): ParamSpecs {
  const quarter = features / 4;
  const block = (name: string): ParamSpecs =>
    layers(
      convParams(`${name}.c1`, { kernel: 3, in: features, out: features }),
      convParams(`${name}.c2`, { kernel: 3, in: 3 * quarter, out: features }),
      convParams(`${name}.c3`, { kernel: 3, in: 3 * quarter, out: features }),
      convParams(`${name}.c4`, { kernel: 3, in: 3 * quarter, out: quarter }),
      convParams(`${name}.c5`, { kernel: 1, in: features, out: features }),
      attentionParams(`${name}.cca`, features, REDUCTION),
    );
  return layers(
    convParams('fea_conv', { kernel: 3, in: 3, out: features }),
    repeated(blocks, (i) => block(`IMDB${i + 1}`)),
    convParams('c.0', { kernel: 1, in: blocks * features, out: features }),
    convParams('LR_conv', { kernel: 3, in: features, out: features }),
    convParams('upsampler.0', { kernel: 3, in: features, out: 3 * scale * scale }),
  );
}
