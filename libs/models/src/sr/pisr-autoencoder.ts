import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { UserError, type Params } from '@distillery/tensor';
import type { z } from 'zod';
import { prelu, preluParams } from '../layers/activations';
import { addBias, conv, convParams } from '../layers/conv';
import { layers, param, type ParamSpecs } from '../layers/parameters';
import { bicubic } from '../layers/resize';
import { defineModel, type Model } from '../model';
import { checkOptions, choice, count, optionsSchema } from '../options';

export const pisrEncoderOptions = optionsSchema({
  /** Channels of the two 5x5 layers: 56 in the release. */
  features: count,
  /** Channels of the third layer: 12 in the release. */
  shrunk: count,
  /** What PISR's teacher looks at: the ground truth, its privilege; or, without it, the LR image that the student gets too. */
  sees: choice('hr', 'lr'),
});

export type PisrEncoderConfig = Readonly<z.infer<typeof pisrEncoderOptions>>;
export type PisrView = PisrEncoderConfig['sees'];

/** PISR's teacher: an encoder to an image of LR size, and the student's own architecture as its decoder. */
export interface PisrAutoencoder extends Model<PisrEncoderConfig & { readonly decoder: unknown }> {
  readonly decoder: Model;
  /** The decoder's parameters, under the student's names: tensors of `params`. */
  decoderParams(params: Params): Params;
}

const DECODER = 'decoder.';

/**
 * PISR's teacher (Lee et al., ECCV 2020): decoder(encoder(x)). Encoder, as released: conv5x5 c -> features, conv5x5 of stride `decoder.scale`,
 * conv3x3 -> shrunk, conv3x3 -> c, a PReLU of one slope after all but the last; c is the decoder's number of image channels (1 in the release).
 * `hr`: x is the HR image, sides multiples of the decoder's scale, and keeps its size. `lr`: x is the LR image, enlarged bicubically for
 * the same encoder. Never tiled: the stride's grid starts at the image's corner. Parameters under `encoder.` and `decoder.`; PyTorch's default
 * start. Taps: `code`, the decoder's input, and the decoder's own. Throws UserError in one line for options that it does not take.
 */
export function pisrAutoencoder(decoder: Model, encoder: PisrEncoderConfig): PisrAutoencoder {
  const { sees } = checkOptions('PISR encoder', pisrEncoderOptions, encoder);
  const { channels, pixelRange, scale } = decoder;
  const decoderParams = (params: Params): Params =>
    Object.fromEntries(Object.keys(decoder.shapes).map((name) => [name, param(params, DECODER + name)]));
  const model = defineModel({
    name: `PISR autoencoder of ${decoder.name}`,
    config: { ...encoder, decoder: decoder.config },
    scale: sees === 'hr' ? 1 : scale,
    channels,
    pixelRange,
    halo: Infinity,
    constants: prefixed(decoder.constants),
    parameters: encoderParams(channels, encoder),
    forward(params, x, tap) {
      const code = encode(params, sees === 'hr' ? x : bicubic(x, scale), scale);
      tap?.('code', code);
      return decoder.apply(decoderParams(params), code, tap);
    },
  });
  return {
    ...model,
    decoder,
    decoderParams,
    shapes: { ...model.shapes, ...prefixed(decoder.shapes) },
    init: (rng) => ({ ...model.init(rng), ...prefixed(decoder.init(rng.split('decoder'))) }),
  };
}

function encoderParams(channels: number, { features, shrunk }: PisrEncoderConfig): ParamSpecs {
  return layers(
    convParams('encoder.0', { kernel: 5, in: channels, out: features }),
    preluParams('encoder.1', 1),
    convParams('encoder.2', { kernel: 5, in: features, out: features }),
    preluParams('encoder.3', 1),
    convParams('encoder.4', { kernel: 3, in: features, out: shrunk }),
    preluParams('encoder.5', 1),
    convParams('encoder.6', { kernel: 3, in: shrunk, out: channels }),
  );
}

function encode(params: Params, x: Tensor4D, stride: number): Tensor4D {
  const [, height, width] = x.shape;
  if (height % stride !== 0 || width % stride !== 0)
    throw new UserError(`PISR encoder: image of ${width}x${height} pixels, expected sides that are multiples of ${stride}`);
  const first = prelu(params, 'encoder.1', conv(params, 'encoder.0', x));
  const second = prelu(params, 'encoder.3', stridedConv(params, 'encoder.2', first, stride));
  return conv(params, 'encoder.6', prelu(params, 'encoder.5', conv(params, 'encoder.4', second)));
}

/** PyTorch's padding of half a kernel on every side: output p is centred on input stride p, which 'same' padding would shift. */
function stridedConv(params: Params, name: string, x: Tensor4D, stride: number): Tensor4D {
  const weight = param<Tensor4D>(params, `${name}.weight`);
  const sides: [number, number] = [(weight.shape[0] - 1) / 2, (weight.shape[0] - 1) / 2];
  return tf.tidy(() => addBias(params, name, tf.conv2d<Tensor4D>(x, weight, stride, [[0, 0], sides, sides, [0, 0]])));
}

function prefixed<T>(decoder: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(decoder).map(([name, value]) => [DECODER + name, value]));
}
