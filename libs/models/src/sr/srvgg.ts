import * as tf from '@tensorflow/tfjs-core';
import { prelu, preluParams } from '../layers/activations';
import { chain, indices } from '../layers/chain';
import { conv, convParams } from '../layers/conv';
import { layers, repeated, type ParamSpecs } from '../layers/parameters';
import { convShuffle } from '../layers/pixel-shuffle';
import { nearest } from '../layers/resize';
import type { Scale } from '../layers/upsampler';
import { defineModel, type Model } from '../model';
import { checkCounts, checkScale } from './check-config';

export interface SrvggConfig {
  readonly features: number;
  /** Convolutions between the first and the last: 32 in realesr-general-x4v3, 16 in its anime version. */
  readonly convs: number;
  readonly scale: Scale;
}

/**
 * SRVGGNetCompact (Wang et al., Real-ESRGAN, 2021): 3x3 convolutions with PReLU at LR size, a sub-pixel tail, plus the input upsampled by pixel repetition. RGB.
 * Parameters under the names of Real-ESRGAN. Taps: `body.1`, `body.3` ... (after each PReLU).
 * Throws UserError for counts that are not positive integers or a scale other than 2, 3, 4.
 */
export function srvgg(config: SrvggConfig): Model<SrvggConfig> {
  const { features, convs, scale } = config;
  checkCounts('SRVGGNetCompact', { features, convs });
  checkScale('SRVGGNetCompact', scale);
  const layer = (i: number, inputs: number): ParamSpecs =>
    layers(convParams(`body.${2 * i}`, { kernel: 3, in: inputs, out: features }), preluParams(`body.${2 * i + 1}`, features));
  return defineModel({
    name: 'SRVGGNetCompact',
    config,
    scale,
    channels: 3,
    halo: convs + 2,
    parameters: layers(
      repeated(convs + 1, (i) => layer(i, i === 0 ? 3 : features)),
      convParams(`body.${2 * convs + 2}`, { kernel: 3, in: features, out: 3 * scale * scale }),
    ),
    forward(params, x, tap) {
      const deep = chain(
        x,
        indices(convs + 1),
        (h, i) => prelu(params, `body.${2 * i + 1}`, conv(params, `body.${2 * i}`, h)),
        tap && ((i, y) => tap(`body.${2 * i + 1}`, y)),
      );
      return tf.add(convShuffle(params, `body.${2 * convs + 2}`, deep, scale), nearest(x, scale));
    },
  });
}
