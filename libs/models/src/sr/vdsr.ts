import * as tf from '@tensorflow/tfjs-core';
import { chain, indices } from '../layers/chain';
import { conv, heConvParams } from '../layers/conv';
import { layers, repeated } from '../layers/parameters';
import { bicubic } from '../layers/resize';
import { SCALES, type Scale } from '../layers/upsampler';
import { architecture, type Config } from '../architecture';
import { atLeast, count, flag, optionsSchema } from '../options';

const options = optionsSchema({
  features: count,
  /** All convolutions, first and last included: 20 in the paper. */
  depth: atLeast(2),
  /** False in the published PyTorch re-training. */
  bias: flag,
});

export type VdsrConfig = Config<typeof options>;

/**
 * VDSR (Kim et al., CVPR 2016): z + conv(relu(conv(... z))), z the bicubically upsampled luma, 3x3 convolutions; one network for all
 * scales. Parameters under the names of twtygqyy/pytorch-vdsr. Taps: `input`, `residual_layer.0` ...
 */
export const vdsr = architecture({
  id: 'vdsr',
  title: 'VDSR',
  source: 'Kim et al., CVPR 2016',
  options,
  scales: SCALES,
  exportsAnySize: false,
  zoo: {
    vdsr: {
      description: 'VDSR without biases, one network for all scales, luma (Kim et al., CVPR 2016; re-training twtygqyy/pytorch-vdsr)',
      options: { features: 64, depth: 20, bias: false },
      printedParameters: { 2: '665K', 3: '665K', 4: '665K' },
    },
  },
  network(config) {
    const { features, depth, bias, scale } = config;
    const hidden = depth - 2;
    return {
      channels: 1,
      halo: vdsrHalo(depth, scale),
      parameters: layers(
        heConvParams('input', { kernel: 3, in: 1, out: features, bias }),
        repeated(hidden, (i) => heConvParams(`residual_layer.${i}.conv`, { kernel: 3, in: features, out: features, bias })),
        heConvParams('output', { kernel: 3, in: features, out: 1, bias }),
      ),
      forward(params, x, tap) {
        const upsampled = bicubic(x, scale);
        const input = tf.tidy(() => tf.relu(conv(params, 'input', upsampled)));
        tap?.('input', input);
        const deep = chain(
          input,
          indices(hidden),
          (h, i) => tf.relu(conv(params, `residual_layer.${i}.conv`, h)),
          tap && ((i, y) => tap(`residual_layer.${i}`, y)),
        );
        return tf.add(conv(params, 'output', deep), upsampled);
      },
    };
  },
});

/** `depth` HR pixels, then the LR pixels that bicubic takes for the outermost of them. */
function vdsrHalo(depth: number, scale: Scale): number {
  // The HR row `depth` below the last one of LR row 0 lies at LR position p; bicubic takes the rows less than 2 away.
  const p = (2 * (scale - 1 + depth) + 1 - scale) / (2 * scale);
  return Math.ceil(p) + 1;
}
