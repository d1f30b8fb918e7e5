import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { Params } from '@distillery/tensor';
import { chain, indices } from '../layers/chain';
import { attend, attentionParams, channelMean } from '../layers/channel-attention';
import { conv, convParams } from '../layers/conv';
import { meanShift } from '../layers/mean-shift';
import { layers, repeated, type ParamSpecs } from '../layers/parameters';
import { SCALES, upsampler, upsamplerParams } from '../layers/upsampler';
import { consecutive, convSize, upsamplerScale } from '../weights/file-shapes';
import { basicsrRcanNames, csdRcanNames, fakdRcanNames } from '../weights/name-schemes';
import { architecture, type Config } from '../architecture';
import { choice, count, optionsSchema, rgbMean, rgbRange } from '../options';

const options = optionsSchema({
  features: count,
  /** Residual groups: 10. */
  groups: count,
  /** Residual channel attention blocks per group: 20; 6 in FAKD's student. */
  blocks: count,
  /** The attention's inner layer has features / reduction channels. */
  reduction: count,
  /** The official code trains the shift by the mean colour, by oversight; FAKD's copy of it does not. */
  meanShift: choice('fixed', 'trained').default('fixed'),
  rgbRange,
  rgbMean,
}).refine(({ features, reduction }) => reduction <= features, {
  path: ['reduction'],
  error: 'expected at most as many as features',
});

export type RcanConfig = Config<typeof options>;

/**
 * RCAN (Zhang et al., ECCV 2018): conv; groups of blocks x + attention(conv(relu(conv(x)))), each group with a conv and a short skip; conv and long skip;
 * EDSR's up-sampler; conv. RGB. Parameters under the official names. Taps: `head`, `body.0` ... (the groups), `body.G`
 * (the last of the body's convolutions), `body` (after the long skip).
 */
export const rcan = architecture({
  id: 'rcan',
  title: 'RCAN',
  source: 'Zhang et al., ECCV 2018',
  options,
  scales: SCALES,
  exportsAnySize: true,
  names: [basicsrRcanNames, csdRcanNames, fakdRcanNames],
  infer(shapes) {
    const features = convSize(shapes, 'head.0')?.outputs;
    const inner = convSize(shapes, 'body.0.body.0.body.3.conv_du.0')?.outputs;
    if (features === undefined || inner === undefined || inner < 1) return null;
    const groups = consecutive(shapes, (g) => `body.${g}.body.0.body.0.weight`);
    const blocks = consecutive(shapes, (b) => `body.0.body.${b}.body.0.weight`);
    const scale = upsamplerScale(shapes, 'tail.0', features);
    const meanShift = Object.hasOwn(shapes, 'sub_mean.weight') ? 'trained' : 'fixed';
    if (scale === null) return null;
    return { options: { features, groups, blocks, reduction: Math.floor(features / inner), meanShift, rgbRange: 255 }, scale };
  },
  variants: ['meanShift', 'rgbRange', 'rgbMean'],
  zoo: {
    rcan: {
      description: 'RCAN, 10 groups of 20 blocks, RGB (Zhang et al., ECCV 2018)',
      options: { features: 64, groups: 10, blocks: 20, reduction: 16, meanShift: 'trained', rgbRange: 255 },
      printedParameters: { 4: '15.59M' },
    },
    'rcan-fakd': {
      description: "RCAN with 6 blocks per group, FAKD's student, RGB (He et al., ICIP 2020)",
      options: { features: 64, groups: 10, blocks: 6, reduction: 16, rgbRange: 255 },
      printedParameters: { 4: '5.17M' },
    },
  },
  network(config) {
    const { groups, blocks, scale } = config;
    const mean = meanShift(config.meanShift, config.rgbRange, config.rgbMean);
    return {
      channels: 3,
      pixelRange: config.rgbRange,
      halo: Infinity,
      constants: mean.constants,
      parameters: layers(mean.parameters, rcanParams(config)),
      forward(params, x, tap) {
        const head = conv(params, 'head.0', mean.subtract(params, x));
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
        return mean.add(params, conv(params, 'tail.1', upsampler(params, 'tail.0', body, scale)));
      },
    };
  },
});

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
