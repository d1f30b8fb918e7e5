import { conv, convParams, drawParams, layers, type ParamSpecs } from '@distillery/models';
import type { Params, Rng } from '@distillery/tensor';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { block, blockParams, layerNorm, normParams, type BlockShape } from './window-attention';

/** The network that makes one image of the teachers' images. */
export interface DctSwinConfig extends BlockShape {
  readonly teachers: number;
  /** Residual groups, and blocks in each; every second block shifts its windows by half. */
  readonly groups: number;
  readonly blocks: number;
  /** Channels of the up-sampler: 64 as released. */
  readonly features: number;
  /** The images are folded by this factor before the groups, and unfolded behind them: the scale of the super-resolution, 2 or 4. */
  readonly fold: 2 | 4;
}

/** Where the slope of a leaky ReLU stands in PyTorch if nobody says otherwise. */
const SLOPE = 0.01;

/**
 * DCTSwin (Jiang et al., ECCV 2024; the authors' code at d027a3a), the knowledge aggregation network: the teachers' images, concatenated, PixelUnshuffle(fold); conv; groups of
 * blocks, each group with a conv and a skip; norm, conv and the long skip; conv, leaky ReLU, PixelShuffle up-sampler, conv. All convolutions 3x3. The authors drop blocks
 * at random in training, which a pure step does not.
 */
export interface DctSwin {
  init(rng: Rng): Params;
  /** One `[n, h, w, 3]` image in 0..1 of each teacher -> `[n, h, w, 3]` in 0..1, not clipped. */
  apply(params: Params, images: readonly Tensor4D[]): Tensor4D;
}

export function dctSwin(config: DctSwinConfig): DctSwin {
  const { groups, blocks, fold, window } = config;
  const stages = upsamplerStages(fold);
  return {
    init: (rng) => drawParams(parameters(config), rng),
    apply: (params, images) =>
      tf.tidy(() => {
        const [, h, w] = (images[0] as Tensor4D).shape;
        const folded = unshuffle(padded(tf.concat([...images], 3), fold * window), fold);
        const first = conv(params, 'conv_first', folded);
        let deep = layerNorm(params, 'patch_embed.norm', first);
        for (let g = 0; g < groups; g++) {
          const before = deep;
          for (let b = 0; b < blocks; b++)
            deep = block(params, `layers.${g}.residual_group.blocks.${b}`, deep, config, b % 2 === 0 ? 0 : Math.floor(window / 2));
          deep = tf.add(conv(params, `layers.${g}.conv`, deep), before);
        }
        const body = tf.add<Tensor4D>(conv(params, 'conv_after_body', layerNorm(params, 'norm', deep)), first);
        let large = tf.leakyRelu(conv(params, 'conv_before_upsample.0', body), SLOPE);
        for (const i of stages) large = shuffle(conv(params, `upsample.${i}`, large), 2);
        return tf.slice(conv(params, 'conv_last', large), [0, 0, 0, 0], [-1, h, w, -1]);
      }),
  };
}

/** Names of the up-sampler's convolutions; a parameterless shuffle stands between them. */
function upsamplerStages(fold: DctSwinConfig['fold']): readonly number[] {
  return fold === 4 ? [0, 2] : [0];
}

function parameters(config: DctSwinConfig): ParamSpecs {
  const { teachers, channels, groups, blocks, features, fold } = config;
  const conv3 = (name: string, inputs: number, out: number): ParamSpecs => convParams(name, { kernel: 3, in: inputs, out });
  const group = (g: number): ParamSpecs =>
    layers(
      ...Array.from({ length: blocks }, (_, b) => blockParams(`layers.${g}.residual_group.blocks.${b}`, config)),
      conv3(`layers.${g}.conv`, channels, channels),
    );
  return layers(
    conv3('conv_first', 3 * teachers * fold * fold, channels),
    normParams('patch_embed.norm', channels),
    ...Array.from({ length: groups }, (_, g) => group(g)),
    normParams('norm', channels),
    conv3('conv_after_body', channels, channels),
    conv3('conv_before_upsample.0', channels, features),
    ...upsamplerStages(fold).map((i) => conv3(`upsample.${i}`, features, 4 * features)),
    conv3('conv_last', features, 3),
  );
}

/** Mirrored at the bottom and the right up to a multiple. */
function padded(x: Tensor4D, multiple: number): Tensor4D {
  const [bottom, right] = [x.shape[1], x.shape[2]].map((size) => (multiple - (size % multiple)) % multiple) as [number, number];
  if (bottom === 0 && right === 0) return x;
  return tf.mirrorPad(
    x,
    [
      [0, 0],
      [0, bottom],
      [0, right],
      [0, 0],
    ],
    'reflect',
  );
}

/** PyTorch's PixelUnshuffle: `[n, r h, r w, c]` -> `[n, h, w, c r^2]`, channels in the order (c, i, j). */
function unshuffle(x: Tensor4D, r: number): Tensor4D {
  const [n, h, w, c] = x.shape;
  const parts = tf.reshape(x, [n, h / r, r, w / r, r, c]);
  return tf.reshape(tf.transpose(parts, [0, 1, 3, 5, 2, 4]), [n, h / r, w / r, c * r * r]);
}

/** PyTorch's PixelShuffle, the inverse. */
function shuffle(x: Tensor4D, r: number): Tensor4D {
  const [n, h, w, c] = x.shape;
  const parts = tf.reshape(x, [n, h, w, c / (r * r), r, r]);
  return tf.reshape(tf.transpose(parts, [0, 1, 4, 2, 5, 3]), [n, h * r, w * r, c / (r * r)]);
}
