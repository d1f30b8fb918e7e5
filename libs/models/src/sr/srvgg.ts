import * as tf from '@tensorflow/tfjs-core';
import { prelu, preluParams } from '../layers/activations';
import { chain, indices } from '../layers/chain';
import { conv, convParams } from '../layers/conv';
import { layers, repeated, type ParamSpecs } from '../layers/parameters';
import { convShuffle } from '../layers/pixel-shuffle';
import { nearest } from '../layers/resize';
import { SCALES } from '../layers/upsampler';
import { convSize } from '../weights/file-shapes';
import { countOf, srvggNcnnNames } from '../weights/name-schemes';
import { architecture, type Config } from '../architecture';
import { count, optionsSchema } from '../options';

const options = optionsSchema({
  features: count,
  /** Convolutions between the first and the last: 32 in realesr-general-x4v3, 16 in its anime version. */
  convs: count,
});

export type SrvggConfig = Config<typeof options>;

/**
 * SRVGGNetCompact (Wang et al., Real-ESRGAN, 2021): 3x3 convolutions with PReLU at LR size, a sub-pixel tail, plus the input upsampled by pixel repetition. RGB.
 * Parameters under the names of Real-ESRGAN. Taps: `body.1`, `body.3` ... (after each PReLU).
 */
export const srvgg = architecture({
  id: 'srvgg',
  title: 'SRVGGNetCompact',
  source: 'Wang et al., ICCVW 2021',
  options,
  scales: SCALES,
  exportsAnySize: true,
  infer(shapes) {
    const features = convSize(shapes, 'body.0')?.outputs;
    const last = countOf(Object.keys(shapes), /^body\.(\d+)\.weight$/) - 1;
    const scale = Math.sqrt((convSize(shapes, `body.${last}`)?.outputs ?? 0) / 3);
    const named = Object.keys(shapes).every((name) => /^body\.\d+\.(weight|bias)$/.test(name));
    return features === undefined || !named || last < 4 || last % 2 !== 0 ? null : { options: { features, convs: last / 2 - 1 }, scale };
  },
  names: [srvggNcnnNames],
  zoo: {
    'realesr-general': {
      description: 'SRVGGNetCompact of 32 convolutions, blind real-world x4, RGB (Real-ESRGAN, realesr-general-x4v3)',
      options: { features: 64, convs: 32 },
      scales: [4],
    },
    'realesr-animevideo': {
      description:
        'SRVGGNetCompact of 16 convolutions, drawn films, RGB (Real-ESRGAN, realesr-animevideov3 x4 and RealESRGANv2-animevideo-xsx2)',
      options: { features: 64, convs: 16 },
      scales: [2, 4],
    },
  },
  network(config) {
    const { features, convs, scale } = config;
    const layer = (i: number, inputs: number): ParamSpecs =>
      layers(convParams(`body.${2 * i}`, { kernel: 3, in: inputs, out: features }), preluParams(`body.${2 * i + 1}`, features));
    return {
      channels: 3,
      halo: convs + 2,
      parameters: layers(
        repeated(convs + 1, (i) => layer(i, i === 0 ? 3 : features)),
        convParams(`body.${2 * convs + 2}`, { kernel: 3, in: features, out: 3 * scale * scale }),
      ),
      forward(params, x, tap) {
        const deep = chain(
          x,
          indices(convs + 1),
          (h, i) => prelu(params, `body.${2 * i + 1}`, conv(params, `body.${2 * i}`, h)),
          tap && ((i, y) => tap(`body.${2 * i + 1}`, y)),
        );
        return tf.add(convShuffle(params, `body.${2 * convs + 2}`, deep, scale), nearest(x, scale));
      },
    };
  },
});
