import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { Params } from '@distillery/tensor';
import { attend, attentionParams, channelMean } from '../layers/channel-attention';
import { conv, convParams } from '../layers/conv';
import { layers, repeated, type ParamSpecs } from '../layers/parameters';
import { convShuffle } from '../layers/pixel-shuffle';
import { SCALES } from '../layers/upsampler';
import { consecutive, convSize } from '../weights/file-shapes';
import { architecture, type Config } from '../architecture';
import { atLeast, count, optionsSchema } from '../options';

const REDUCTION = 16;

const options = optionsSchema({
  /** Each step of a block keeps a quarter of them. */
  features: atLeast(REDUCTION).multipleOf(4, 'expected a multiple of 4'),
  blocks: count,
});

export type ImdnConfig = Config<typeof options>;

const SLOPE = 0.05;

/**
 * IMDN (Hui et al., ACM MM 2019): conv; blocks that distil their features in four steps and weigh them by contrast-aware channel attention; the blocks' results
 * concatenated and fused (1x1, 3x3), plus the head; sub-pixel tail. RGB, no mean shift. Parameters under the names of Zheng222/IMDN.
 * Taps: `fea_conv`, `IMDB1` ...
 */
export const imdn = architecture({
  id: 'imdn',
  title: 'IMDN',
  source: 'Hui et al., ACM MM 2019',
  options,
  scales: SCALES,
  exportsAnySize: true,
  infer(shapes) {
    const features = convSize(shapes, 'fea_conv')?.outputs;
    const blocks = consecutive(shapes, (i) => `IMDB${i + 1}.c1.weight`);
    const scale = Math.sqrt((convSize(shapes, 'upsampler.0')?.outputs ?? 0) / 3);
    return features === undefined || blocks === 0 ? null : { options: { features, blocks }, scale };
  },
  zoo: {
    imdn: {
      description: 'IMDN, RGB (Hui et al., ACM MM 2019)',
      options: { features: 64, blocks: 6 },
      printedParameters: { 2: '694K', 3: '703K', 4: '715K' },
    },
  },
  network(config) {
    const { features, blocks, scale } = config;
    return {
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
    };
  },
});

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
