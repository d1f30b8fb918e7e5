import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { Params } from '@distillery/tensor';
import { prelu, preluParams } from '../layers/activations';
import { addBias, conv, convParams, heConvParams } from '../layers/conv';
import { deconv, deconvParams, defaultDeconvParams } from '../layers/deconv';
import { constant, layers, param, repeated, type ParamSpecs } from '../layers/parameters';
import type { Scale } from '../layers/upsampler';
import { defineModel, type Model } from '../model';
import { checkCounts, checkScale } from './check-config';

export interface FsrcnnConfig {
  /** d, channels of the first and last hidden layers. */
  readonly features: number;
  /** s, channels after shrinking. */
  readonly shrunk: number;
  /** m, 3x3 layers between shrinking and expanding. */
  readonly mapping: number;
  readonly scale: Scale;
  /**
   * The last layer. `deconvolution`: 9x9, its full result without the first `crop` rows and columns (4 in most ports, 3 in the original's
   * test code at x3). `sub-pixel`: 1x1 convolution and depth-to-space, as OpenCV ships it.
   */
  readonly tail: { readonly kind: 'deconvolution'; readonly crop: number } | { readonly kind: 'sub-pixel' };
  /** A PReLU slope for every channel (the original, the default) or one per layer (PISR's release). */
  readonly slopes?: 'channel' | 'layer' | undefined;
  /** How parameters are drawn: as the original's authors do (`he`, the default) or at PyTorch's default (PISR's release). */
  readonly start?: 'he' | 'pytorch' | undefined;
}

const DECONV_KERNEL = 9;

/**
 * FSRCNN(d, s, m) (Dong et al., ECCV 2016): 5x5 1 -> d, 1x1 d -> s, m times 3x3 s -> s, 1x1 s -> d, a PReLU after each, 9x9 deconvolution.
 * Luma at LR size, no skip. Parameters under the names of yjn870/FSRCNN-pytorch. Taps: `first_part`, `mid_part`.
 * Throws UserError for counts that are not positive integers (m may be 0) or a scale other than 2, 3, 4.
 */
export function fsrcnn(config: FsrcnnConfig): Model<FsrcnnConfig> {
  const { features, shrunk, mapping, scale, tail } = config;
  checkCounts('FSRCNN', { features, shrunk });
  checkCounts('FSRCNN', { mapping }, 0);
  checkScale('FSRCNN', scale);
  return defineModel({
    name: 'FSRCNN',
    config,
    scale,
    channels: 1,
    halo: 2 + mapping + tailHalo(config),
    parameters: fsrcnnParams(config),
    forward(params, x, tap) {
      const first = prelu(params, 'first_part.1', conv(params, 'first_part.0', x));
      tap?.('first_part', first);
      let h = first;
      for (let i = 0; i < mapping + 2; i++) h = prelu(params, `mid_part.${2 * i + 1}`, conv(params, `mid_part.${2 * i}`, h));
      tap?.('mid_part', h);
      return tail.kind === 'sub-pixel' ? subPixel(params, h, scale) : deconv(params, 'last_part', h, scale, tail.crop);
    },
  });
}

function fsrcnnParams({ features, shrunk, mapping, scale, tail, slopes = 'channel', start = 'he' }: FsrcnnConfig): ParamSpecs {
  const convolution = start === 'he' ? heConvParams : convParams;
  const layer = (name: string, index: number, shape: { kernel: number; in: number; out: number }): ParamSpecs =>
    layers(convolution(`${name}.${index}`, shape), preluParams(`${name}.${index + 1}`, slopes === 'channel' ? shape.out : 1));
  return layers(
    layer('first_part', 0, { kernel: 5, in: 1, out: features }),
    layer('mid_part', 0, { kernel: 1, in: features, out: shrunk }),
    repeated(mapping, (i) => layer('mid_part', 2 + 2 * i, { kernel: 3, in: shrunk, out: shrunk })),
    layer('mid_part', 2 + 2 * mapping, { kernel: 1, in: shrunk, out: features }),
    tail.kind === 'sub-pixel'
      ? { ...convolution('last_part', { kernel: 1, in: features, out: scale * scale, bias: false }), 'last_part.bias': constant([1], 0) }
      : deconvolutionParams(features, start),
  );
}

function deconvolutionParams(features: number, start: 'he' | 'pytorch'): ParamSpecs {
  const shape = { kernel: DECONV_KERNEL, in: features, out: 1 };
  return start === 'he' ? deconvParams('last_part', shape, 0.001) : defaultDeconvParams('last_part', shape);
}

/** One output map, so there is one bias and no order of channels to mind. */
function subPixel(params: Params, x: Tensor4D, scale: Scale): Tensor4D {
  const maps = tf.conv2d<Tensor4D>(x, param<Tensor4D>(params, 'last_part.weight'), 1, 'same');
  return addBias(params, 'last_part', tf.depthToSpace(maps, scale, 'NHWC'));
}

/** Output row y of the deconvolution sums input rows i with 0 <= y + crop - scale i < 9. */
function tailHalo({ scale, tail }: FsrcnnConfig): number {
  if (tail.kind === 'sub-pixel') return 0;
  const below = Math.floor((scale - 1 + tail.crop) / scale);
  const above = Math.floor((DECONV_KERNEL - 1 - tail.crop) / scale);
  return Math.max(below, above);
}
