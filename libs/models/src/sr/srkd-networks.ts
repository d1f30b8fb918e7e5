import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { Params } from '@distillery/tensor';
import { chain, indices } from '../layers/chain';
import { conv, convParams } from '../layers/conv';
import { deconv, deconvParams } from '../layers/deconv';
import { layers, repeated, type ParamSpecs } from '../layers/parameters';
import { SCALES, type Scale } from '../layers/upsampler';
import type { Tap } from '../model';
import { architecture, type Config } from '../architecture';
import { count, optionsSchema } from '../options';

const options = optionsSchema({ features: count, blocks: count });

/** A network of SRKD. Teacher: 64 features, 10 blocks; student: 64 features, 3 blocks. */
export type SrkdConfig = Config<typeof options>;

/** The transposed convolutions at the end, one after the other: `stride` times larger, the first `crop` rows and columns left out. */
interface TailStage {
  readonly kernel: number;
  readonly stride: number;
  readonly crop: number;
}
const DOUBLE: TailStage = { kernel: 4, stride: 2, crop: 1 };
const TAILS: Readonly<Record<Scale, readonly TailStage[]>> = {
  2: [DOUBLE],
  3: [{ kernel: 3, stride: 3, crop: 0 }],
  4: [DOUBLE, DOUBLE],
};
/** LR pixels on each side that a tail sees: its overlapping kernels reach one, also two of them; at x3 kernels do not overlap. */
const TAIL_HALO: Readonly<Record<Scale, number>> = { 2: 1, 3: 0, 4: 1 };

/** What tells student from teacher: the two convolutions of a residual block. */
interface Block {
  params(block: string, features: number): ParamSpecs;
  /** LR pixels on each side that a block sees. */
  readonly halo: number;
}

/**
 * SRKD's teacher (Gao et al., ACCV 2018, Figs. 1, 2): conv 3x3 - ReLU; residual blocks conv 3x3 - ReLU - conv 3x3 - ReLU, added to their
 * input, so that features are never negative; transposed convolutions (x2: 4x4; x3: 3x3; x4: two of 4x4, the first 64 to 64). Luma, no skip
 * around the network. Parameters under names of ours. Taps: `head`, `body.i` after each block.
 */
export const tnsr = architecture({
  id: 'tnsr',
  title: 'TNSR',
  source: 'Gao et al., ACCV 2018',
  options,
  scales: SCALES,
  exportsAnySize: true,
  zoo: {
    tnsr: {
      description: "TNSR, SRKD's teacher: 10 blocks of 64 channels, luma (Gao et al., ACCV 2018)",
      options: { features: 64, blocks: 10 },
      // At x3 the paper prints 776.13K, which its own figures do not give.
      printedParameters: { 2: '740.23K', 4: '805.83K' },
    },
  },
  network: (config) =>
    srkdNetwork(config, {
      halo: 2,
      params: (block, features) =>
        layers(
          convParams(`${block}.0`, { kernel: 3, in: features, out: features }),
          convParams(`${block}.2`, { kernel: 3, in: features, out: features }),
        ),
    }),
});

/** SRKD's student: as the teacher, but the blocks are depthwise conv 3x3 - ReLU - pointwise conv 1x1 - ReLU. */
export const snsr = architecture({
  id: 'snsr',
  title: 'SNSR',
  source: 'Gao et al., ACCV 2018',
  options,
  scales: SCALES,
  exportsAnySize: true,
  zoo: {
    snsr: {
      description: "SNSR, SRKD's student: 3 depthwise blocks of 64 channels, luma (Gao et al., ACCV 2018)",
      options: { features: 64, blocks: 3 },
      printedParameters: { 2: '16.07K', 3: '15.62K' },
    },
  },
  network: (config) =>
    srkdNetwork(config, {
      halo: 1,
      params: (block, features) =>
        layers(
          convParams(`${block}.0`, { kernel: 3, in: features, out: features, groups: features }),
          convParams(`${block}.2`, { kernel: 1, in: features, out: features }),
        ),
    }),
});

function srkdNetwork({ features, blocks, scale }: SrkdConfig, block: Block) {
  return {
    channels: 1 as const,
    halo: 1 + blocks * block.halo + TAIL_HALO[scale],
    parameters: layers(
      convParams('head.0', { kernel: 3, in: 1, out: features }),
      repeated(blocks, (i) => block.params(`body.${i}`, features)),
      tailParams(features, TAILS[scale]),
    ),
    forward(params: Params, x: Tensor4D, tap?: Tap) {
      const head = tf.relu(conv(params, 'head.0', x));
      tap?.('head', head);
      const body = chain(head, indices(blocks), (h, i) => residual(params, `body.${i}`, h), tap && ((i, y) => tap(`body.${i}`, y)));
      return TAILS[scale].reduce((h, { stride, crop }, i) => deconv(params, `tail.${i}`, h, stride, crop), body);
    },
  };
}

function residual(params: Params, block: string, x: Tensor4D): Tensor4D {
  return tf.add(x, tf.relu(conv(params, `${block}.2`, tf.relu(conv(params, `${block}.0`, x)))));
}

/** Drawn so that an output pixel, which `(kernel / stride)^2` pixels of each feature map reach, has the features' mean square. */
function tailParams(features: number, stages: readonly TailStage[]): ParamSpecs {
  return layers(
    ...stages.map(({ kernel, stride }, i) => {
      const out = i === stages.length - 1 ? 1 : features;
      return deconvParams(`tail.${i}`, { kernel, in: features, out }, stride / kernel / Math.sqrt(features));
    }),
  );
}
