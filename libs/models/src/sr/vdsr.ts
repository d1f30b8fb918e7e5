import * as tf from '@tensorflow/tfjs-core';
import { chain, indices } from '../layers/chain';
import { conv, heConvParams } from '../layers/conv';
import { layers, repeated } from '../layers/parameters';
import { bicubic } from '../layers/resize';
import type { Scale } from '../layers/upsampler';
import { defineModel, type Model } from '../model';
import { checkCounts, checkScale } from './check-config';

export interface VdsrConfig {
  readonly features: number;
  /** All convolutions, first and last included: 20 in the paper. */
  readonly depth: number;
  /** False in the published PyTorch re-training. */
  readonly bias: boolean;
  readonly scale: Scale;
}

/**
 * VDSR (Kim et al., CVPR 2016): z + conv(relu(conv(... z))), z the bicubically upsampled luma, 3x3 convolutions; one network for all
 * scales. Parameters under the names of twtygqyy/pytorch-vdsr. Taps: `input`, `residual_layer.0` ...
 * Throws UserError for features < 1, depth < 2 or a scale other than 2, 3, 4.
 */
export function vdsr(config: VdsrConfig): Model<VdsrConfig> {
  const { features, depth, bias, scale } = config;
  checkCounts('VDSR', { features });
  checkCounts('VDSR', { depth }, 2);
  checkScale('VDSR', scale);
  const hidden = depth - 2;
  return defineModel({
    name: 'VDSR',
    config,
    scale,
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
  });
}

/** `depth` HR pixels, then the LR pixels that bicubic takes for the outermost of them. */
function vdsrHalo(depth: number, scale: Scale): number {
  // The HR row `depth` below the last one of LR row 0 lies at LR position p; bicubic takes the rows less than 2 away.
  const p = (2 * (scale - 1 + depth) + 1 - scale) / (2 * scale);
  return Math.ceil(p) + 1;
}
