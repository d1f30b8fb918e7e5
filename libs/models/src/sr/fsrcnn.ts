import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { UserError, type Params } from '@distillery/tensor';
import { prelu, preluParams } from '../layers/activations';
import { addBias, conv, convParams, heConvParams } from '../layers/conv';
import { deconv, deconvParams, defaultDeconvParams } from '../layers/deconv';
import { constant, layers, param, repeated, type ParamSpecs } from '../layers/parameters';
import { SCALES, type Scale } from '../layers/upsampler';
import { convSize } from '../weights/file-shapes';
import { countOf, fsrcnnChxy95Names, fsrcnnOpencvNames, pisrFsrcnnNames } from '../weights/name-schemes';
import { architecture, type Config } from '../architecture';
import { atLeast, choice, count, oneOf, optionsSchema } from '../options';

const deconvolution = optionsSchema({ kind: choice('deconvolution'), crop: atLeast(0) });
const subPixelTail = optionsSchema({ kind: choice('sub-pixel') });

const options = optionsSchema({
  /** d, channels of the first and last hidden layers. */
  features: count,
  /** s, channels after shrinking. */
  shrunk: count,
  /** m, 3x3 layers between shrinking and expanding. */
  mapping: atLeast(0),
  /**
   * The last layer. `deconvolution`: 9x9, its full result without the first `crop` rows and columns (4 in most ports, 3 in the original's
   * test code at x3). `sub-pixel`: 1x1 convolution and depth-to-space, as OpenCV ships it.
   */
  tail: oneOf('kind', [deconvolution, subPixelTail]).default({ kind: 'deconvolution', crop: 4 }),
  /** A PReLU slope for every channel (the original) or one per layer (PISR's release). */
  slopes: choice('channel', 'layer').default('channel'),
  /** How parameters are drawn: as the original's authors do (`he`) or at PyTorch's default (PISR's release). */
  start: choice('he', 'pytorch').default('he'),
});

export type FsrcnnConfig = Config<typeof options>;

const DECONV_KERNEL = 9;

/**
 * FSRCNN(d, s, m) (Dong et al., ECCV 2016): 5x5 1 -> d, 1x1 d -> s, m times 3x3 s -> s, 1x1 s -> d, a PReLU after each, 9x9 deconvolution.
 * Luma at LR size, no skip. Parameters under the names of yjn870/FSRCNN-pytorch. Taps: `first_part`, `mid_part`.
 */
export const fsrcnn = architecture({
  id: 'fsrcnn',
  title: 'FSRCNN',
  source: 'Dong et al., ECCV 2016',
  options,
  scales: SCALES,
  exportsAnySize: true,
  names: [fsrcnnChxy95Names, fsrcnnOpencvNames, pisrFsrcnnNames],
  infer(shapes) {
    if (Object.hasOwn(shapes, 'encoder.0.0.weight'))
      throw new UserError("it is PISR's teacher, which looks at the HR image, expected its student");
    const [first, second, last] = ['first_part.0', 'mid_part.0', 'last_part'].map((name) => convSize(shapes, name));
    const slopes = shapes['first_part.1.weight'];
    if (!first || !second || !last || !slopes) return null;
    const mapping = countOf(Object.keys(shapes), /^mid_part\.(\d+)\./) / 2 - 2;
    const sizes = { features: first.outputs, shrunk: second.outputs, mapping, slopes: slopes[0] === 1 ? 'layer' : 'channel' };
    const [kernel] = shapes['last_part.weight'] as readonly [number];
    if (kernel === 1) return { options: { ...sizes, tail: { kind: 'sub-pixel' } }, scale: Math.sqrt(last.outputs) };
    return { options: sizes, scale: null, assumed: ['a deconvolution that leaves out 4 rows and columns, as most do'] };
  },
  variants: ['slopes'],
  zoo: {
    fsrcnn: {
      description: 'FSRCNN(56,12,4), luma (Dong et al., ECCV 2016; port yjn870/FSRCNN-pytorch)',
      options: { features: 56, shrunk: 12, mapping: 4 },
    },
    'fsrcnn-s': {
      description: 'FSRCNN(32,5,1), luma (Dong et al., ECCV 2016; re-training chxy95/FSRCNN)',
      options: { features: 32, shrunk: 5, mapping: 1, tail: { kind: 'deconvolution', crop: 3 } },
      scales: [3],
    },
    'fsrcnn-opencv': {
      description: 'FSRCNN(56,12,4) with a sub-pixel tail, luma (OpenCV dnn_superres; Saafke/FSRCNN_Tensorflow)',
      options: { features: 56, shrunk: 12, mapping: 4, tail: { kind: 'sub-pixel' } },
    },
  },
  network(config) {
    const { mapping, scale, tail } = config;
    return {
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
    };
  },
});

function fsrcnnParams({ features, shrunk, mapping, scale, tail, slopes, start }: Required<FsrcnnConfig>): ParamSpecs {
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
function tailHalo({ scale, tail }: Required<FsrcnnConfig>): number {
  if (tail.kind === 'sub-pixel') return 0;
  const below = Math.floor((scale - 1 + tail.crop) / scale);
  const above = Math.floor((DECONV_KERNEL - 1 - tail.crop) / scale);
  return Math.max(below, above);
}
