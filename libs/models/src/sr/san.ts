import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import type { Params } from '@distillery/tensor';
import { chain, indices } from '../layers/chain';
import { attend, attentionParams } from '../layers/channel-attention';
import { conv, convParams } from '../layers/conv';
import { channelCovariance, matrixSquareRoot } from '../layers/covariance';
import { meanShift } from '../layers/mean-shift';
import { constant, layers, param, repeated, type ParamSpecs } from '../layers/parameters';
import { SCALES, upsampler, upsamplerParams } from '../layers/upsampler';
import { consecutive, convSize, upsamplerScale } from '../weights/file-shapes';
import { architecture, type Config } from '../architecture';
import { atLeast, choice, count, optionsSchema, rgbMean, rgbRange } from '../options';

const NEWTON_SCHULZ_STEPS = 5;
/** Second-order statistics are taken from at most this many rows and columns, around the centre. */
const COVARIANCE_SIDE = 1000;
/** Of the attention beside the non-local block, which is in no path of the forward pass. */
const IDLE_REDUCTION = 8;

const options = optionsSchema({
  features: atLeast(IDLE_REDUCTION),
  /** Local-source residual attention groups: 20; 6 in FAKD's student. */
  groups: count,
  /** Plain residual blocks per group: 10. */
  blocks: count,
  /** The attention's inner layer has features / reduction channels. */
  reduction: count,
  /** The non-local block works on features / nonLocalReduction channels: 8 in the authors' code, 4 in FAKD's copy of it. */
  nonLocalReduction: count.default(8),
  /** The authors' code trains the shift by the mean colour, by oversight; FAKD's copy of it does not. */
  meanShift: choice('fixed', 'trained').default('fixed'),
  rgbRange,
  rgbMean,
}).check(({ value, issues }) => {
  for (const name of ['reduction', 'nonLocalReduction'] as const) {
    if (value[name] > value.features)
      issues.push({ code: 'custom', path: [name], message: 'expected at most as many as features', input: value });
  }
});

export type SanConfig = Config<typeof options>;

/**
 * SAN (Dai et al., CVPR 2019), as released: conv; region-wise non-local block; groups of residual blocks with second-order channel attention, conv and skip,
 * after each of which gamma times the first non-local result is added; the same non-local block again; long skip; EDSR's up-sampler; conv. RGB.
 * Parameters under the official names. Those of `conv_last`, `RG.N.gamma` and `non_local.soca` are in the official checkpoints but in no path of
 * the forward pass; they are here so that counts and checkpoints agree. Taps: `head`, `RG.0` ...,
 * `non_local` (the second time, before the long skip). Images of at least 4x4, so that each quadrant has something to pool.
 */
export const san = architecture({
  id: 'san',
  title: 'SAN',
  source: 'Dai et al., CVPR 2019',
  options,
  scales: SCALES,
  exportsAnySize: false,
  infer(shapes) {
    const size = (name: string): number => convSize(shapes, name)?.outputs ?? 0;
    const [features, inner, embedded] = [size('head.0'), size('RG.0.soca.conv_du.0'), size('non_local.non_local.theta')];
    const scale = upsamplerScale(shapes, 'tail.0', features);
    if (inner === 0 || embedded === 0 || scale === null) return null;
    const groups = consecutive(shapes, (g) => `RG.${g}.conv_last.weight`);
    const blocks = consecutive(shapes, (b) => `RG.0.rcab.${b}.conv_first.0.weight`);
    const meanShift = Object.hasOwn(shapes, 'sub_mean.weight') ? 'trained' : 'fixed';
    const [reduction, nonLocalReduction] = [Math.floor(features / inner), Math.floor(features / embedded)];
    return { options: { features, groups, blocks, reduction, nonLocalReduction, meanShift, rgbRange: 255 }, scale };
  },
  variants: ['meanShift', 'rgbRange', 'rgbMean'],
  zoo: {
    san: {
      description: 'SAN, 20 groups of 10 blocks, RGB (Dai et al., CVPR 2019)',
      options: { features: 64, groups: 20, blocks: 10, reduction: 16, meanShift: 'trained', rgbRange: 255 },
      printedParameters: { 4: '15.86M' },
    },
    'san-fakd': {
      description: "SAN of 6 groups and a wider non-local block, FAKD's student, RGB (He et al., ICIP 2020)",
      options: { features: 64, groups: 6, blocks: 10, reduction: 16, nonLocalReduction: 4, rgbRange: 255 },
    },
    'san-fakd-teacher': {
      description: "SAN with a wider non-local block, FAKD's teacher, RGB (He et al., ICIP 2020)",
      options: { features: 64, groups: 20, blocks: 10, reduction: 16, nonLocalReduction: 4, rgbRange: 255 },
    },
  },
  network(config) {
    const { groups, blocks, scale } = config;
    const mean = meanShift(config.meanShift, config.rgbRange, config.rgbMean);
    return {
      channels: 3,
      pixelRange: config.rgbRange,
      halo: Infinity,
      smallestSide: 4,
      constants: mean.constants,
      parameters: layers(mean.parameters, sanParams(config)),
      forward(params, x, tap) {
        const head = conv(params, 'head.0', mean.subtract(params, x));
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
        return mean.add(params, conv(params, 'tail.1', upsampler(params, 'tail.0', body, scale)));
      },
    };
  },
});

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

/** The non-local block in each of the four quadrants by itself. */
function regionalNonLocal(params: Params, x: Tensor4D): Tensor4D {
  const halves = (size: number): number[] => [Math.floor(size / 2), Math.ceil(size / 2)];
  const rows = tf.split<Tensor4D>(x, halves(x.shape[1]), 1).map((row) => {
    const quadrants = tf.split<Tensor4D>(row, halves(x.shape[2]), 2);
    return tf.concat(
      quadrants.map((quadrant) => tf.tidy(() => nonLocal(params, quadrant))),
      2,
    );
  });
  return tf.concat(rows, 1);
}

/**
 * x + W(softmax(theta(x) P(phi(x))^T) P(g(x))) of all pixels with all pooled ones (Wang et al., CVPR 2018). P is 2x2 max pooling, an odd last row or
 * column left out: the authors ask for none, but a module of the same name as their switch takes its place.
 */
function nonLocal(params: Params, x: Tensor4D): Tensor4D {
  const [n, height, width] = x.shape;
  const maps = (layer: string): Tensor4D => conv(params, `non_local.non_local.${layer}`, x);
  const pooled = (layer: string): Tensor4D => tf.maxPool(maps(`${layer}.0`), 2, 2, 'valid');
  const vectors = (y: Tensor4D): Tensor3D => tf.reshape(y, [n, y.shape[1] * y.shape[2], y.shape[3]]);
  const gathered = attended(vectors(maps('theta')), vectors(pooled('phi')), vectors(pooled('g')));
  const result = tf.reshape(gathered, [n, height, width, gathered.shape[2] as number]) as Tensor4D;
  return tf.add(conv(params, 'non_local.non_local.W', result), x);
}

/** Elements of attention that one product makes on WebAssembly: as many as stay in the processor's cache. */
const ATTENTION_PART = 2 ** 18;

/**
 * softmax(a b^T) c for each image. On WebAssembly by so many rows of a at once, to the same bits: all of 256x256 pixels are 268 MB for each quadrant, whose way to
 * memory and back takes most of the time.
 */
function attended(a: Tensor3D, b: Tensor3D, c: Tensor3D): Tensor3D {
  const part = (rows: Tensor3D): Tensor3D => tf.tidy(() => tf.matMul(tf.softmax(tf.matMul(rows, b, false, true)), c));
  const [, length, depth] = a.shape;
  const rows = 4 * Math.max(1, Math.floor(ATTENTION_PART / (4 * b.shape[1])));
  if (tf.getBackend() !== 'wasm' || length <= rows) return part(a);
  const starts = Array.from({ length: Math.ceil(length / rows) }, (_, i) => i * rows);
  return tf.concat(
    starts.map((start) => tf.tidy(() => part(tf.slice(a, [0, start, 0], [-1, Math.min(rows, length - start), depth])))),
    1,
  );
}

function sanParams({ features, groups, blocks, reduction, nonLocalReduction, scale }: Required<Omit<SanConfig, 'rgbMean'>>): ParamSpecs {
  const same = { kernel: 3, in: features, out: features };
  const inner = Math.floor(features / nonLocalReduction);
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
    attentionParams('non_local.soca', features, IDLE_REDUCTION),
    embedding('g.0'),
    embedding('theta'),
    embedding('phi.0'),
    // Starts as the identity.
    {
      'non_local.non_local.W.weight': constant([1, 1, inner, features], 0),
      'non_local.non_local.W.bias': constant([features], 0),
    },
    upsamplerParams('tail.0', features, scale),
    convParams('tail.1', { kernel: 3, in: features, out: 3 }),
  );
}
