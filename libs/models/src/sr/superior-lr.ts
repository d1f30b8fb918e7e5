import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { Params } from '@distillery/tensor';
import type { z } from 'zod';
import { chain, indices } from '../layers/chain';
import { addBias, conv, convParams } from '../layers/conv';
import { directTail, DIRECT_TAIL_HALO, directTailParams } from '../layers/direct-tail';
import { addMean, subtractMean } from '../layers/mean-shift';
import { layers, param, repeated, type ParamSpecs } from '../layers/parameters';
import { residualBlock, residualBlockParams } from '../layers/residual-block';
import { SCALES, type Scale } from '../layers/upsampler';
import { defineModel, type Model } from '../model';
import { checkOptions, choice, count, optionsSchema, rgbRange } from '../options';

const options = optionsSchema({
  features: count,
  /** Residual blocks of the encoder, and as many of the decoder. */
  blocks: count,
  scale: choice(...SCALES),
  rgbRange,
});

export type SuperiorLrConfig = Readonly<z.infer<typeof options>>;

/**
 * JDSR's encoder of a superior LR image (Luo et al., ACM MM 2021; the layers as in a third-party port): HR -> strided 3x3 convolutions (x2: one of
 * stride 2, x3: one of stride 3, x4: two of stride 2); residual blocks; conv and skip; conv to RGB. `[n, scale h, scale w, 3]` -> `[n, h, w, 3]`
 * in 0..1, neither clipped nor rounded; sides must be multiples of the scale. Tap: `head`.
 * Throws UserError in one line for options that it does not take.
 */
export function superiorLrEncoder(config: SuperiorLrConfig): Model<SuperiorLrConfig> {
  const { features, blocks, scale, rgbRange } = checkOptions('superior LR encoder', options, config);
  const strides = headStrides(scale);
  return defineModel({
    name: 'superior LR encoder',
    config,
    scale: 1 / scale,
    channels: 3,
    pixelRange: rgbRange,
    // In input (HR) pixels: the blocks and the two convolutions after them at LR size, then what the strided ones see before their own.
    halo: scale * (2 * blocks + 2) + { 2: 1, 3: 0, 4: 3 }[scale],
    parameters: layers(
      ...strides.map((_, i) => convParams(`head.${i}`, { kernel: 3, in: i === 0 ? 3 : features, out: features })),
      trunkParams(config),
      convParams('tail', { kernel: 3, in: features, out: 3 }),
    ),
    forward(params, x, tap) {
      const head = chain(subtractMean(x, rgbRange), [...strides.entries()], (h, [i, stride]) => strided(params, `head.${i}`, h, stride));
      tap?.('head', head);
      return addMean(conv(params, 'tail', trunk(params, head, blocks)), rgbRange);
    },
  });
}

/**
 * The decoder trained with it: conv; residual blocks; conv and skip; conv n -> n, conv n -> 3 scale^2, PixelShuffle. `[n, h, w, 3]` ->
 * `[n, scale h, scale w, 3]`. Tap: `head`. Throws as the encoder does.
 */
export function superiorLrDecoder(config: SuperiorLrConfig): Model<SuperiorLrConfig> {
  const { features, blocks, scale, rgbRange } = checkOptions('superior LR decoder', options, config);
  return defineModel({
    name: 'superior LR decoder',
    config,
    scale,
    channels: 3,
    pixelRange: rgbRange,
    halo: 1 + 2 * blocks + 1 + DIRECT_TAIL_HALO,
    parameters: layers(
      convParams('head', { kernel: 3, in: 3, out: features }),
      trunkParams(config),
      directTailParams('tail', features, scale),
    ),
    forward(params, x, tap) {
      const head = conv(params, 'head', subtractMean(x, rgbRange));
      tap?.('head', head);
      return addMean(directTail(params, 'tail', trunk(params, head, blocks), scale), rgbRange);
    },
  });
}

function headStrides(scale: Scale): readonly (2 | 3)[] {
  return scale === 4 ? [2, 2] : [scale];
}

function trunkParams({ features, blocks }: SuperiorLrConfig): ParamSpecs {
  return layers(
    repeated(blocks, (i) => residualBlockParams(`body.${i}`, features)),
    convParams(`body.${blocks}`, { kernel: 3, in: features, out: features }),
  );
}

/** Residual blocks, a convolution, and the skip around them. */
function trunk(params: Params, head: Tensor4D, blocks: number): Tensor4D {
  const deep = chain(head, indices(blocks), (h, i) => residualBlock(params, `body.${i}`, h, 1));
  return tf.add(conv(params, `body.${blocks}`, deep), head);
}

/** 3x3 convolution that divides the size by its stride. Output p sees inputs 2p - 1 ... 2p + 1 at stride 2 (PyTorch's padding 1), 3p ... 3p + 2 at 3. */
function strided(params: Params, name: string, x: Tensor4D, stride: 2 | 3): Tensor4D {
  const before = stride === 2 ? 1 : 0;
  const y = tf.conv2d(x, param<Tensor4D>(params, `${name}.weight`), stride, [
    [0, 0],
    [before, 0],
    [before, 0],
    [0, 0],
  ]);
  return addBias(params, name, y);
}
