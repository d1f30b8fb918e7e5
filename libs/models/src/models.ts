import { UserError, type Params } from '@distillery/tensor';
import { SCALES, type Scale } from './layers/upsampler';
import type { Model } from './model';
import { carn } from './sr/carn';
import { edsr } from './sr/edsr';
import { fsrcnn } from './sr/fsrcnn';
import { idn } from './sr/idn';
import { imdn } from './sr/imdn';
import { pan } from './sr/pan';
import { rcan } from './sr/rcan';
import { rrdbnet } from './sr/rrdbnet';
import { san } from './sr/san';
import { snsr, tnsr } from './sr/srkd-networks';
import { srvgg } from './sr/srvgg';
import { vdsr } from './sr/vdsr';
import { fsrcnnChxy95Names, fsrcnnOpencvNames, srvggNcnnNames } from './weights/foreign-names';
import { loadParams, type Rename } from './weights/params';

/** A network of the zoo, in the configuration that its authors published. */
export interface ModelEntry {
  /** What it is, in one sentence, with its source. */
  readonly description: string;
  readonly scales: readonly Scale[];
  /** The network for one of its scales. */
  build(scale: Scale): Model;
  /** From the names of other weight files in circulation to ours. */
  readonly rename?: Rename;
}

/** Every network by name. */
export const MODELS = {
  fsrcnn: {
    description: 'FSRCNN(56,12,4), luma (Dong et al., ECCV 2016; port yjn870/FSRCNN-pytorch)',
    scales: SCALES,
    build: (scale) => fsrcnn({ features: 56, shrunk: 12, mapping: 4, scale, tail: { kind: 'deconvolution', crop: 4 } }),
  },
  'fsrcnn-s': {
    description: 'FSRCNN(32,5,1), luma (Dong et al., ECCV 2016; re-training chxy95/FSRCNN)',
    scales: [3],
    build: (scale) => fsrcnn({ features: 32, shrunk: 5, mapping: 1, scale, tail: { kind: 'deconvolution', crop: 3 } }),
    rename: fsrcnnChxy95Names,
  },
  'fsrcnn-opencv': {
    description: 'FSRCNN(56,12,4) with a sub-pixel tail, luma (OpenCV dnn_superres; Saafke/FSRCNN_Tensorflow)',
    scales: SCALES,
    build: (scale) => fsrcnn({ features: 56, shrunk: 12, mapping: 4, scale, tail: { kind: 'sub-pixel' } }),
    rename: fsrcnnOpencvNames,
  },
  vdsr: {
    description: 'VDSR without biases, one network for all scales, luma (Kim et al., CVPR 2016; re-training twtygqyy/pytorch-vdsr)',
    scales: SCALES,
    build: (scale) => vdsr({ features: 64, depth: 20, bias: false, scale }),
  },
  idn: {
    description: 'IDN, luma (Hui et al., CVPR 2018; Zheng222/IDN-Caffe)',
    scales: SCALES,
    build: (scale) => idn({ blocks: 4, scale, colour: 'y' }),
  },
  'idn-rgb': {
    description: 'IDN trained on DIV2K with a sub-pixel tail, RGB (Zheng222/IDN-tensorflow)',
    scales: SCALES,
    build: (scale) => idn({ blocks: 4, scale, colour: 'rgb' }),
  },
  'edsr-baseline': {
    description: 'EDSR-baseline, 16 blocks of 64 channels, RGB (Lim et al., CVPRW 2017)',
    scales: SCALES,
    build: (scale) => edsr({ features: 64, blocks: 16, resScale: 1, scale, rgbRange: 255 }),
  },
  edsr: {
    description: 'EDSR, 32 blocks of 256 channels, RGB (Lim et al., CVPRW 2017)',
    scales: SCALES,
    build: (scale) => edsr({ features: 256, blocks: 32, resScale: 0.1, scale, rgbRange: 255 }),
  },
  carn: {
    description: 'CARN with up-samplers for all scales, RGB (Ahn et al., ECCV 2018)',
    scales: SCALES,
    build: (scale) => carn({ features: 64, groups: 4, mobile: false, heads: 'all', scale }),
  },
  'carn-m': {
    description: 'CARN-M with up-samplers for all scales, RGB (Ahn et al., ECCV 2018)',
    scales: SCALES,
    build: (scale) => carn({ features: 64, groups: 4, mobile: true, heads: 'all', scale }),
  },
  imdn: {
    description: 'IMDN, RGB (Hui et al., ACM MM 2019)',
    scales: SCALES,
    build: (scale) => imdn({ features: 64, blocks: 6, scale }),
  },
  pan: {
    description: 'PAN, RGB (Zhao et al., ECCVW 2020)',
    scales: SCALES,
    build: (scale) => pan({ features: 40, upFeatures: 24, blocks: 16, scale }),
  },
  rcan: {
    description: 'RCAN, 10 groups of 20 blocks, RGB (Zhang et al., ECCV 2018)',
    scales: SCALES,
    build: (scale) => rcan({ features: 64, groups: 10, blocks: 20, reduction: 16, scale, rgbRange: 255 }),
  },
  'rcan-fakd': {
    description: "RCAN with 6 blocks per group, FAKD's student, RGB (He et al., ICIP 2020)",
    scales: SCALES,
    build: (scale) => rcan({ features: 64, groups: 10, blocks: 6, reduction: 16, scale, rgbRange: 255 }),
  },
  san: {
    description: 'SAN, 20 groups of 10 blocks, RGB (Dai et al., CVPR 2019)',
    scales: SCALES,
    build: (scale) => san({ features: 64, groups: 20, blocks: 10, reduction: 16, scale, rgbRange: 255 }),
  },
  tnsr: {
    description: "TNSR, SRKD's teacher: 10 blocks of 64 channels, luma (Gao et al., ACCV 2018)",
    scales: SCALES,
    build: (scale) => tnsr({ features: 64, blocks: 10, scale }),
  },
  snsr: {
    description: "SNSR, SRKD's student: 3 depthwise blocks of 64 channels, luma (Gao et al., ACCV 2018)",
    scales: SCALES,
    build: (scale) => snsr({ features: 64, blocks: 3, scale }),
  },
  'realesr-general': {
    description: 'SRVGGNetCompact of 32 convolutions, blind real-world x4, RGB (Real-ESRGAN, realesr-general-x4v3)',
    scales: [4],
    build: (scale) => srvgg({ features: 64, convs: 32, scale }),
    rename: srvggNcnnNames,
  },
  rrdbnet: {
    description: 'RRDBNet, 23 blocks, x4, RGB (ESRGAN, Real-ESRGAN, BSRGAN)',
    scales: [4],
    build: () => rrdbnet({ features: 64, growth: 32, blocks: 23 }),
  },
  'rrdbnet-6b': {
    description: "RRDBNet, 6 blocks, x4, RGB (Real-ESRGAN's anime version)",
    scales: [4],
    build: () => rrdbnet({ features: 64, growth: 32, blocks: 6 }),
  },
} as const satisfies Record<string, ModelEntry>;

export type ModelName = keyof typeof MODELS;

/** The network called `name` at a scale. Throws UserError for an unknown name (lists the known ones) or a scale it does not have. */
export function buildModel(name: string, scale: number): Model {
  const { build, scales } = entry(name);
  const known = scales.find((s) => s === scale);
  if (known === undefined) throw new UserError(`model ${name}: no scale ${scale}, expected ${scales.join(', ')}`);
  return build(known);
}

/** The network with the weights of a file. Throws UserError as `buildModel` and `loadParams` do. */
export function loadModel(name: string, scale: number, file: string): { readonly model: Model; readonly params: Params } {
  const model = buildModel(name, scale);
  const { rename } = entry(name);
  return { model, params: loadParams(model, file, rename ? { rename } : {}) };
}

function entry(name: string): ModelEntry {
  if (!Object.hasOwn(MODELS, name)) throw new UserError(`model '${name}': unknown, expected one of ${Object.keys(MODELS).join(', ')}`);
  return MODELS[name as ModelName];
}
