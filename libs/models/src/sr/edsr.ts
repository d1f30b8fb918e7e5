import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { UserError } from '@distillery/tensor';
import { chain, indices } from '../layers/chain';
import { conv, convParams } from '../layers/conv';
import { addMean, meanShiftConstants, subtractMean } from '../layers/mean-shift';
import { layers, repeated, type ParamSpecs } from '../layers/parameters';
import { residualBlock, residualBlockParams } from '../layers/residual-block';
import { SCALES, UPSAMPLER_HALO, upsampler, upsamplerParams } from '../layers/upsampler';
import { architecture, type Config } from '../architecture';
import { count, factor, optionsSchema, rgbMean, rgbRange } from '../options';
import { consecutive, convSize, upsamplerScale } from '../weights/file-shapes';
import { basicsrEdsrNames, csdEdsrNames, fakdEdsrNames } from '../weights/name-schemes';

const options = optionsSchema({
  /** n, channels of every hidden layer. */
  features: count,
  /** B, residual blocks. */
  blocks: count,
  /** Factor on each block's residual: 1 for EDSR-baseline, 0.1 for EDSR. */
  resScale: factor,
  rgbRange,
  rgbMean,
});

/** Channels of the large EDSR. */
const WIDE = 256;

export type EdsrConfig = Config<typeof options>;

/**
 * EDSR (Lim et al., CVPRW 2017): conv; B blocks x + resScale conv(relu(conv(x))); conv and the long skip; PixelShuffle up-sampler; conv.
 * All convolutions 3x3. RGB. Taps: `head`, `body.0` ... `body.B-1`, `body.B` (the last of the body's
 * convolutions), `body` (after the long skip).
 */
export const edsr = architecture({
  id: 'edsr',
  title: 'EDSR',
  source: 'Lim et al., CVPRW 2017',
  options,
  scales: SCALES,
  exportsAnySize: true,
  names: [csdEdsrNames, basicsrEdsrNames, fakdEdsrNames],
  infer(shapes) {
    const features = convSize(shapes, 'head.0')?.outputs;
    if (features === undefined || features < 1) return null;
    const blocks = consecutive(shapes, (i) => `body.${i}.body.0.weight`);
    const scale = upsamplerScale(shapes, 'tail.0', features);
    if (blocks === 0 || scale === null) return null;
    // What EDSR's authors train: 0.1 for the wide network, without which it does not converge.
    const resScale = features >= WIDE ? 0.1 : 1;
    return { options: { features, blocks, resScale, rgbRange: 255 }, scale, assumed: [`a residual scale of ${resScale}`] };
  },
  variants: ['rgbRange', 'rgbMean'],
  zoo: {
    'edsr-baseline': {
      description: 'EDSR-baseline, 16 blocks of 64 channels, RGB (Lim et al., CVPRW 2017)',
      options: { features: 64, blocks: 16, resScale: 1, rgbRange: 255 },
    },
    edsr: {
      description: 'EDSR, 32 blocks of 256 channels, RGB (Lim et al., CVPRW 2017)',
      options: { features: 256, blocks: 32, resScale: 0.1, rgbRange: 255 },
    },
  },
  network(config) {
    const { blocks, resScale, scale, rgbRange, rgbMean: mean } = config;
    return {
      channels: 3,
      pixelRange: rgbRange,
      halo: 1 + 2 * blocks + 1 + UPSAMPLER_HALO,
      constants: meanShiftConstants(rgbRange, '', mean),
      parameters: edsrParams(config),
      forward(params, x, tap) {
        const head = conv(params, 'head.0', subtractMean(x, rgbRange, mean));
        tap?.('head', head);
        const block = (h: Tensor4D, i: number): Tensor4D => residualBlock(params, `body.${i}`, h, resScale);
        const deep = chain(head, indices(blocks), block, tap && ((i, y) => tap(`body.${i}`, y)));
        const last = conv(params, `body.${blocks}`, deep);
        tap?.(`body.${blocks}`, last);
        const body = tf.add<Tensor4D>(last, head);
        tap?.('body', body);
        return addMean(conv(params, 'tail.1', upsampler(params, 'tail.0', body, scale)), rgbRange, mean);
      },
    };
  },
});

function edsrParams({ features, blocks, scale }: EdsrConfig): ParamSpecs {
  return layers(
    convParams('head.0', { kernel: 3, in: 3, out: features }),
    repeated(blocks, (i) => residualBlockParams(`body.${i}`, features)),
    convParams(`body.${blocks}`, { kernel: 3, in: features, out: features }),
    upsamplerParams('tail.0', features, scale),
    convParams('tail.1', { kernel: 3, in: features, out: 3 }),
  );
}

/** The same network with the fraction `width` of its channels: what `leadingSlice` cuts out of it. Throws UserError unless that is a whole number of channels in 1..features. */
export function edsrWidth(config: EdsrConfig, width: number): EdsrConfig {
  const features = Math.round(config.features * width);
  // Not equality: 0.55 * 20 is 11.000000000000002.
  if (!(Math.abs(features - config.features * width) < 1e-6) || features < 1 || features > config.features) {
    throw new UserError(
      `width ${width}: ${config.features * width} of ${config.features} channels, expected a fraction in (0, 1] that leaves a whole number`,
    );
  }
  return { ...config, features };
}
