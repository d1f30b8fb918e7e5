import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import type { Params } from '@distillery/tensor';
import { chain, indices } from '../layers/chain';
import { attend, attentionParams } from '../layers/channel-attention';
import { conv, convParams } from '../layers/conv';
import { channelCovariance, matrixSquareRoot } from '../layers/covariance';
import { addMean, meanShiftConstants, subtractMean } from '../layers/mean-shift';
import { constant, layers, param, repeated, type ParamSpecs } from '../layers/parameters';
import { upsampler, upsamplerParams, type Scale } from '../layers/upsampler';
import { defineModel, type Model } from '../model';
import { checkCounts, checkScale } from './check-config';

export interface SanConfig {
  readonly features: number;
  /** Local-source residual attention groups: 20. */
  readonly groups: number;
  /** Plain residual blocks per group: 10. */
  readonly blocks: number;
  /** The attention's inner layer has features / reduction channels. */
  readonly reduction: number;
  readonly scale: Scale;
  /** The range the network works in: official weights want 255. Its interface is 0..1 either way. */
  readonly rgbRange: 255 | 1;
}

const NEWTON_SCHULZ_STEPS = 5;
/** Second-order statistics are taken from at most this many rows and columns, around the centre. */
const COVARIANCE_SIDE = 1000;
/** The non-local module works on features / 8 channels. */
const NON_LOCAL_REDUCTION = 8;

/**
 * SAN (Dai et al., CVPR 2019), as released: conv; region-wise non-local module; groups of residual blocks with second-order channel attention, conv and skip,
 * after each of which gamma times the first non-local result is added; the same non-local module again; long skip; EDSR's up-sampler; conv. RGB.
 * Parameters under the official names. Those of `conv_last`, `RG.N.gamma` and `non_local.soca` are in the official checkpoints but in no path of
 * the forward pass; they are here so that counts and checkpoints agree. Taps: `head`, `RG.0` ...,
 * `non_local` (the second time, before the long skip).
 * Throws UserError for counts that are not positive integers, features below 8 or below the reduction, or a scale other than 2, 3, 4.
 */
export function san(config: SanConfig): Model<SanConfig> {
  const { features, groups, blocks, reduction, scale, rgbRange } = config;
  const inner = { 'features / reduction': Math.floor(features / reduction), 'features / 8': Math.floor(features / NON_LOCAL_REDUCTION) };
  checkCounts('SAN', { features, groups, blocks, reduction, ...inner });
  checkScale('SAN', scale);
  return defineModel({
    name: 'SAN',
    config,
    scale,
    channels: 3,
    pixelRange: rgbRange,
    halo: Infinity,
    constants: meanShiftConstants(rgbRange),
    parameters: sanParams(config),
    forward(params, x, tap) {
      const head = conv(params, 'head.0', subtractMean(x, rgbRange));
      tap?.('head', head);
      const source = regionalNonLocal(params, head);
      const shared = tf.mul<Tensor4D>(source, param<Tensor1D>(params, 'gamma'));
      const deep = chain(
        source,
        indices(groups),
        (h, g) => tf.add<Tensor4D>(attentionGroup(params, `RG.${g}`, h, blocks), shared),
        tap && ((g, y) => tap(`RG.${g}`, y)),
      );
      const gathered = regionalNonLocal(params, deep);
      tap?.('non_local', gathered);
      const body = tf.add<Tensor4D>(gathered, head);
      return addMean(conv(params, 'tail.1', upsampler(params, 'tail.0', body, scale)), rgbRange);
    },
  });
}

function attentionGroup(params: Params, name: string, x: Tensor4D, blocks: number): Tensor4D {
  const deep = chain(x, indices(blocks), (h, b) => {
    const inner = tf.relu(conv(params, `${name}.rcab.${b}.conv_first.0`, h));
    return tf.add<Tensor4D>(conv(params, `${name}.rcab.${b}.conv_first.2`, inner), h);
  });
  const attended = attend(params, `${name}.soca`, deep, secondOrderDescriptor(deep));
  return tf.add(conv(params, `${name}.conv_last`, attended), x);
}

/** Row means of the square root of the channels' covariance matrix: `[n, 1, 1, c]`. */
function secondOrderDescriptor(x: Tensor4D): Tensor4D {
  return tf.tidy(() => {
    const root = matrixSquareRoot(channelCovariance(centre(x)), NEWTON_SCHULZ_STEPS);
    return tf.reshape(tf.mean(root, 1), [x.shape[0], 1, 1, x.shape[3]]);
  });
}

function centre(x: Tensor4D): Tensor4D {
  const [, height, width] = x.shape;
  if (height <= COVARIANCE_SIDE && width <= COVARIANCE_SIDE) return x;
  const inside = (size: number): [number, number] => {
    const kept = Math.min(size, COVARIANCE_SIDE);
    return [Math.floor((size - kept) / 2), kept];
  };
  const [[top, rows], [left, columns]] = [inside(height), inside(width)];
  return tf.slice(x, [0, top, left, 0], [-1, rows, columns, -1]);
}

/** The non-local module in each of the four quadrants by itself. */
function regionalNonLocal(params: Params, x: Tensor4D): Tensor4D {
  const halves = (size: number): number[] => [Math.floor(size / 2), Math.ceil(size / 2)].filter((part) => part > 0);
  const rows = tf.split<Tensor4D>(x, halves(x.shape[1]), 1).map((row) => {
    const quadrants = tf.split<Tensor4D>(row, halves(x.shape[2]), 2);
    return tf.concat(
      quadrants.map((quadrant) => tf.tidy(() => nonLocal(params, quadrant))),
      2,
    );
  });
  return tf.concat(rows, 1);
}

/** x + W(softmax(theta(x) phi(x)^T) g(x)) over all pairs of pixels (Wang et al., CVPR 2018). */
function nonLocal(params: Params, x: Tensor4D): Tensor4D {
  const [n, height, width] = x.shape;
  const vectors = (layer: string): Tensor3D => {
    const y = conv(params, `non_local.non_local.${layer}`, x);
    return tf.reshape(y, [n, height * width, y.shape[3]]);
  };
  const attention = tf.softmax(tf.matMul(vectors('theta'), vectors('phi'), false, true));
  const gathered = tf.matMul(attention, vectors('g'));
  const maps = tf.reshape(gathered, [n, height, width, gathered.shape[2] as number]) as Tensor4D;
  return tf.add(conv(params, 'non_local.non_local.W', maps), x);
}

function sanParams({ features, groups, blocks, reduction, scale }: SanConfig): ParamSpecs {
  const same = { kernel: 3, in: features, out: features };
  const inner = Math.floor(features / NON_LOCAL_REDUCTION);
  const residual = (name: string): ParamSpecs => layers(convParams(`${name}.conv_first.0`, same), convParams(`${name}.conv_first.2`, same));
  const group = (name: string): ParamSpecs =>
    layers(
      repeated(blocks, (b) => residual(`${name}.rcab.${b}`)),
      attentionParams(`${name}.soca`, features, reduction),
      convParams(`${name}.conv_last`, same),
      { [`${name}.gamma`]: constant([1], 0) },
    );
  const embedding = (layer: string): ParamSpecs => convParams(`non_local.non_local.${layer}`, { kernel: 1, in: features, out: inner });
  return layers(
    convParams('head.0', { kernel: 3, in: 3, out: features }),
    { gamma: constant([1], 0) },
    repeated(groups, (g) => group(`RG.${g}`)),
    convParams('conv_last', same),
    attentionParams('non_local.soca', features, NON_LOCAL_REDUCTION),
    embedding('g'),
    embedding('theta'),
    embedding('phi'),
    // Starts as the identity.
    {
      'non_local.non_local.W.weight': constant([1, 1, inner, features], 0),
      'non_local.non_local.W.bias': constant([features], 0),
    },
    upsamplerParams('tail.0', features, scale),
    convParams('tail.1', { kernel: 3, in: features, out: 3 }),
  );
}
