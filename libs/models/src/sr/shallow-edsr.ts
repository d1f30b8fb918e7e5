import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { chain, indices } from '../layers/chain';
import { conv, convParams } from '../layers/conv';
import { directTail, DIRECT_TAIL_HALO, directTailParams } from '../layers/direct-tail';
import { addMean, subtractMean } from '../layers/mean-shift';
import { layers, repeated } from '../layers/parameters';
import { residualBlock, residualBlockParams } from '../layers/residual-block';
import { SCALES } from '../layers/upsampler';
import { architecture, type Config } from '../architecture';
import { count, optionsSchema, rgbRange } from '../options';

const options = optionsSchema({
  features: count,
  /** 2 in JDSR's peer. */
  blocks: count,
  rgbRange,
});

export type ShallowEdsrConfig = Config<typeof options>;

/**
 * EDSR without its deep body: conv; `blocks` residual blocks and a skip around them; conv n -> n, conv n -> 3 scale^2 without bias,
 * PixelShuffle. RGB. JDSR's peer with 64 channels and 2 blocks (Luo et al., ACM MM 2021; the layers as in a third-party port, the only
 * readable source): 193,344, 201,984 and 214,080 parameters at x2, x3 and x4, under the 300K of the paper's abstract. Taps: `head`, `body`.
 */
export const shallowEdsr = architecture({
  id: 'shallow-edsr',
  title: 'shallow EDSR',
  source: 'Luo et al., ACM MM 2021',
  options,
  scales: SCALES,
  exportsAnySize: true,
  zoo: {},
  network(config) {
    const { features, blocks, scale, rgbRange } = config;
    return {
      channels: 3,
      pixelRange: rgbRange,
      halo: 1 + 2 * blocks + DIRECT_TAIL_HALO,
      parameters: layers(
        convParams('head', { kernel: 3, in: 3, out: features }),
        repeated(blocks, (i) => residualBlockParams(`body.${i}`, features)),
        directTailParams('tail', features, scale, false),
      ),
      forward(params, x, tap) {
        const head = conv(params, 'head', subtractMean(x, rgbRange));
        tap?.('head', head);
        const body = tf.add<Tensor4D>(
          chain(head, indices(blocks), (h, i) => residualBlock(params, `body.${i}`, h, 1)),
          head,
        );
        tap?.('body', body);
        return addMean(directTail(params, 'tail', body, scale), rgbRange);
      },
    };
  },
});
