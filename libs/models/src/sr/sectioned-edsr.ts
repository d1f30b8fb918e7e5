import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { Params } from '@distillery/tensor';
import { chain, indices } from '../layers/chain';
import { conv, convParams } from '../layers/conv';
import { directTail, DIRECT_TAIL_HALO, directTailParams } from '../layers/direct-tail';
import { addMean, subtractMean } from '../layers/mean-shift';
import { layers, repeated } from '../layers/parameters';
import { residualBlock, residualBlockParams } from '../layers/residual-block';
import { SCALES } from '../layers/upsampler';
import { architecture, type Config } from '../architecture';
import { choice, count, factor, optionsSchema, rgbRange } from '../options';

const options = optionsSchema({
  features: count,
  /** K: 4 in JDSR. */
  sections: count,
  /** Residual blocks per section: 2 in JDSR. */
  blocks: count,
  resScale: factor,
  rgbRange,
  /** `last`: a tail for the deepest section alone, the network that ships. `all`: one per section, for training. */
  exits: choice('last', 'all').default('last'),
});

export type SectionedEdsrConfig = Config<typeof options>;

/**
 * EDSR cut into K sections with an exit each (Luo et al., ACM MM 2021; the layers as in a third-party port): f_0 = conv(x);
 * f_i = conv(blocks(f_{i-1})); exit S_i = tail_i(f_0 + f_i). The output is S_K. RGB. Taps: `head` (f_0), `section.1` ... `section.K` (f_i),
 * and with exits `all` `exit.1` ... `exit.K-1` (S_i as images, 0..1), which are computed for a tap only.
 */
export const sectionedEdsr = architecture({
  id: 'sectioned-edsr',
  title: 'sectioned EDSR',
  source: 'Luo et al., ACM MM 2021',
  options,
  scales: SCALES,
  exportsAnySize: true,
  zoo: {},
  network(config) {
    const { features, sections, blocks, resScale, scale, rgbRange, exits } = config;
    return {
      channels: 3,
      pixelRange: config.rgbRange,
      halo: 1 + sections * (2 * blocks + 1) + DIRECT_TAIL_HALO,
      parameters: layers(
        convParams('head', { kernel: 3, in: 3, out: features }),
        repeated(sections, (i) =>
          layers(
            repeated(blocks, (b) => residualBlockParams(`section.${i + 1}.${b}`, features)),
            convParams(`section.${i + 1}.conv`, { kernel: 3, in: features, out: features }),
          ),
        ),
        repeated(sections, (i) => (exits === 'all' || i === sections - 1 ? directTailParams(`tail.${i + 1}`, features, scale) : {})),
      ),
      forward(params, x, tap) {
        const head = conv(params, 'head', subtractMean(x, rgbRange));
        tap?.('head', head);
        const exit = (f: Tensor4D, i: number): Tensor4D =>
          tf.tidy(() => addMean(directTail(params, `tail.${i + 1}`, tf.add<Tensor4D>(head, f), scale), rgbRange));
        const seen = (i: number, f: Tensor4D): void => {
          tap?.(`section.${i + 1}`, f);
          if (exits === 'all' && i < sections - 1) tap?.(`exit.${i + 1}`, exit(f, i));
        };
        const deepest = chain(head, indices(sections), (h, i) => section(params, `section.${i + 1}`, h, blocks, resScale), tap && seen);
        return exit(deepest, sections - 1);
      },
    };
  },
});

/** Residual blocks and a convolution. */
function section(params: Params, name: string, x: Tensor4D, blocks: number, resScale: number): Tensor4D {
  const deep = chain(x, indices(blocks), (h, b) => residualBlock(params, `${name}.${b}`, h, resScale));
  return conv(params, `${name}.conv`, deep);
}
