import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { Params } from '@distillery/tensor';
import { chain, indices } from '../layers/chain';
import { attend, attentionParams, channelMean } from '../layers/channel-attention';
import { conv, convParams } from '../layers/conv';
import { addMean, meanShiftConstants, subtractMean } from '../layers/mean-shift';
import { layers, repeated, type ParamSpecs } from '../layers/parameters';
import { upsampler, upsamplerParams, type Scale } from '../layers/upsampler';
import { defineModel, type Model } from '../model';
import { checkCounts, checkScale } from './check-config';

export interface RcanConfig {
  readonly features: number;
  /** Residual groups: 10. */
  readonly groups: number;
  /** Residual channel attention blocks per group: 20; 6 in FAKD's student. */
  readonly blocks: number;
  /** The attention's inner layer has features / reduction channels. */
  readonly reduction: number;
  readonly scale: Scale;
  /** The range the network works in: official weights want 255. Its interface is 0..1 either way. */
  readonly rgbRange: 255 | 1;
}

/**
 * RCAN (Zhang et al., ECCV 2018): conv; groups of blocks x + attention(conv(relu(conv(x)))), each group with a conv and a short skip; conv and long skip;
 * EDSR's up-sampler; conv. RGB. Parameters under the official names. Taps: `head`, `body.0` ... (the groups), `body.G`
 * (the last of the body's convolutions), `body` (after the long skip).
 * Throws UserError for counts that are not positive integers, a reduction larger than the features, or a scale other than 2, 3, 4.
 */
export function rcan(config: RcanConfig): Model<RcanConfig> {
  const { features, groups, blocks, reduction, scale, rgbRange } = config;
  checkCounts('RCAN', { features, groups, blocks, reduction, 'features / reduction': Math.floor(features / reduction) });
  checkScale('RCAN', scale);
  return defineModel({
    name: 'RCAN',
    config,
    scale,
    channels: 3,
    pixelRange: rgbRange,
    halo: Infinity,
    constants: meanShiftConstants(rgbRange),
    parameters: rcanParams(config),
    forward(params, x, tap) {
      const head = conv(params, 'head.0', subtractMean(x, rgbRange));
      tap?.('head', head);
      const deep = chain(
        head,
        indices(groups),
        (h, g) => residualGroup(params, `body.${g}`, h, blocks),
        tap && ((g, y) => tap(`body.${g}`, y)),
      );
      const last = conv(params, `body.${groups}`, deep);
      tap?.(`body.${groups}`, last);
      const body = tf.add<Tensor4D>(last, head);
      tap?.('body', body);
      return addMean(conv(params, 'tail.1', upsampler(params, 'tail.0', body, scale)), rgbRange);
    },
  });
}

function residualGroup(params: Params, name: string, x: Tensor4D, blocks: number): Tensor4D {
  const deep = chain(x, indices(blocks), (h, b) => attentionBlock(params, `${name}.body.${b}`, h));
  return tf.add(conv(params, `${name}.body.${blocks}`, deep), x);
}

function attentionBlock(params: Params, name: string, x: Tensor4D): Tensor4D {
  const y = conv(params, `${name}.body.2`, tf.relu(conv(params, `${name}.body.0`, x)));
  return tf.add(attend(params, `${name}.body.3`, y, channelMean(y)), x);
}

function rcanParams({ features, groups, blocks, reduction, scale }: RcanConfig): ParamSpecs {
  const same = { kernel: 3, in: features, out: features };
  const block = (name: string): ParamSpecs =>
    layers(convParams(`${name}.body.0`, same), convParams(`${name}.body.2`, same), attentionParams(`${name}.body.3`, features, reduction));
  const group = (name: string): ParamSpecs =>
    layers(
      repeated(blocks, (b) => block(`${name}.body.${b}`)),
      convParams(`${name}.body.${blocks}`, same),
    );
  return layers(
    convParams('head.0', { kernel: 3, in: 3, out: features }),
    repeated(groups, (g) => group(`body.${g}`)),
    convParams(`body.${groups}`, same),
    upsamplerParams('tail.0', features, scale),
    convParams('tail.1', { kernel: 3, in: features, out: 3 }),
  );
}
