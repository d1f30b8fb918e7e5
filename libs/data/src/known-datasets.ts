import type { Border } from './resize';

/** Where a known dataset lives below the data folder, and what it is. */
export interface KnownDataset {
  /** `train`: to learn from. `validation`: to watch training by, neither trained nor tested on. `benchmark`: HR images with bicubic LR. `real`: captured LR. `reference`: published SR outputs. */
  readonly role: 'train' | 'validation' | 'benchmark' | 'real' | 'reference';
  /** Images in the complete folder. */
  readonly images: number;
  /** Paths of HR images without extension, `{name}` standing for the image's name. Empty: there is no ground truth. */
  readonly hr: readonly string[];
  /** Path of stored LR images without extension; `{scale}` stands for the factor. Absent: LR are made from HR. */
  readonly lr?: string;
  /** The border convention of the stored LR images, and of those made on the fly. */
  readonly border: Border;
  /** Licence as its source states it. */
  readonly licence: string;
  readonly source: string;
}

/** All datasets that are known by name. The layout is the one that `distillery data list` prints. */
export const KNOWN_DATASETS = {
  T91: {
    role: 'train',
    images: 91,
    hr: ['train/T91/{name}'],
    border: 'symmetric',
    licence: 'not stated',
    source: '91 images of Yang et al. 2010; BMP to PNG from github.com/yippp/FSRCNN',
  },
  BSD200: {
    role: 'train',
    images: 200,
    hr: ['train/BSD200/{name}'],
    border: 'symmetric',
    licence: 'MIT (repository)',
    source: 'BSDS train images; github.com/jinsuyoo/vdsr',
  },
  'T91-BSD200': {
    role: 'train',
    images: 291,
    hr: ['train/T91/{name}', 'train/BSD200/{name}'],
    border: 'symmetric',
    licence: 'as T91 and BSD200',
    source: 'T91 and BSD200 together: the 291 images that VDSR trains on',
  },
  'General-100-subset': {
    role: 'validation',
    images: 30,
    hr: ['train/General-100-subset/{name}'],
    border: 'symmetric',
    licence: 'not stated',
    source: '30 of the 100 images of FSRCNN; github.com/yippp/FSRCNN',
  },
  DIV2K: {
    role: 'train',
    images: 800,
    hr: ['train/DIV2K/DIV2K_train_HR/{name}'],
    lr: 'train/DIV2K/DIV2K_train_LR_bicubic/X{scale}/{name}x{scale}',
    border: 'symmetric',
    licence: 'academic research only',
    source: 'NTIRE 2017; data.vision.ee.ethz.ch/cvl/DIV2K',
  },
  'DIV2K-valid': {
    role: 'benchmark',
    images: 100,
    hr: ['benchmarks/DIV2K/DIV2K_valid_HR/{name}'],
    lr: 'benchmarks/DIV2K/DIV2K_valid_LR_bicubic/X{scale}/{name}x{scale}',
    border: 'symmetric',
    licence: 'academic research only',
    source: 'NTIRE 2017; data.vision.ee.ethz.ch/cvl/DIV2K',
  },
  Set5: {
    role: 'benchmark',
    images: 5,
    hr: ['benchmarks/Set5/HR/{name}'],
    lr: 'benchmarks/Set5/LR_bicubic/X{scale}/{name}x{scale}',
    border: 'symmetric',
    licence: 'not stated',
    source: 'Bevilacqua et al. 2012; github.com/zhaohengyuan1/PAN',
  },
  Set14: {
    role: 'benchmark',
    images: 14,
    hr: ['benchmarks/Set14/HR/{name}'],
    border: 'symmetric',
    licence: 'not stated',
    source: 'Zeyde et al. 2010; github.com/zhaohengyuan1/PAN; bridge is grey',
  },
  BSD100: {
    role: 'benchmark',
    images: 100,
    hr: ['benchmarks/BSD100/HR_jpg/{name}'],
    lr: 'benchmarks/BSD100/LR_bicubic_replicate/X{scale}/{name}x{scale}',
    border: 'replicate',
    licence: 'MIT (repository of the HR images)',
    source: 'BSDS test images; github.com/jinsuyoo/vdsr; the stored LR are those of github.com/jbhuang0604/SelfExSR',
  },
  Urban100: {
    role: 'benchmark',
    images: 100,
    hr: ['benchmarks/Urban100/HR/{name}'],
    border: 'symmetric',
    licence: 'not stated',
    source: 'Huang et al. 2015; github.com/jbhuang0604/SelfExSR, its x4 images: cropped to multiples of 4',
  },
  'Urban100-subset': {
    role: 'benchmark',
    images: 10,
    hr: ['benchmarks/Urban100-subset/HR/{name}'],
    lr: 'benchmarks/Urban100-subset/LR_bicubic_replicate/X{scale}/{name}x{scale}',
    border: 'replicate',
    licence: 'not stated',
    source: '10 of the 100 images of github.com/jbhuang0604/SelfExSR; not comparable with numbers on the full set',
  },
  'City100-NikonD5500': {
    role: 'real',
    images: 5,
    hr: ['realworld/City100-subset/NikonD5500/{name}H'],
    lr: 'realworld/City100-subset/NikonD5500/{name}L',
    border: 'symmetric',
    licence: 'MIT',
    source: '5 of the 100 pairs of github.com/ngchc/CameraSR; LR has the size of HR (scale 1)',
  },
  'City100-iPhoneX': {
    role: 'real',
    images: 4,
    hr: ['realworld/City100-subset/iPhoneX/{name}H'],
    lr: 'realworld/City100-subset/iPhoneX/{name}L',
    border: 'symmetric',
    licence: 'MIT',
    source: '4 of the 100 pairs of github.com/ngchc/CameraSR; LR has the size of HR (scale 1)',
  },
  'City100-NikonD5500-all': {
    role: 'real',
    images: 100,
    hr: ['realworld/City100/City100_NikonD5500/{name}H'],
    lr: 'realworld/City100/City100_NikonD5500/{name}L',
    border: 'symmetric',
    licence: 'MIT',
    source: 'Chen et al. 2019; the folder City100 of github.com/ngchc/CameraSR; LR has the size of HR (scale 1)',
  },
  'City100-iPhoneX-all': {
    role: 'real',
    images: 100,
    hr: ['realworld/City100/City100_iPhoneX/{name}H'],
    lr: 'realworld/City100/City100_iPhoneX/{name}L',
    border: 'symmetric',
    licence: 'MIT',
    source: 'Chen et al. 2019; the folder City100 of github.com/ngchc/CameraSR; LR has the size of HR (scale 1)',
  },
  'RealSR-NTIRE2019-val-subset': {
    role: 'real',
    images: 3,
    hr: ['realworld/RealSR-NTIRE2019-val-subset/HR/{name}'],
    lr: 'realworld/RealSR-NTIRE2019-val-subset/LR/{name}',
    border: 'symmetric',
    licence: 'not stated',
    source: '3 validation pairs of NTIRE 2019; github.com/Zheng222/IMDN; LR has the size of HR (scale 1)',
  },
  RealSRSet: {
    role: 'real',
    images: 20,
    hr: [],
    lr: 'realworld/RealSRSet/{name}',
    border: 'symmetric',
    licence: 'Apache-2.0 (repository)',
    source: 'real LR images without ground truth; github.com/cszn/BSRGAN',
  },
  RCAN_BI_Set5: {
    role: 'reference',
    images: 5,
    hr: ['reference-outputs/RCAN_BI_Set5/X2/{name}_RCAN_x2'],
    border: 'symmetric',
    licence: 'not stated',
    source: "RCAN's own x2 results on Set5, to check metrics with; github.com/yulunzhang/RCAN",
  },
} as const satisfies Record<string, KnownDataset>;

/** The name of a dataset in the data folder. */
export type KnownDatasetName = keyof typeof KNOWN_DATASETS;

/** Whether `name` is a dataset of the data folder. */
export function isKnownDataset(name: string): name is KnownDatasetName {
  return Object.hasOwn(KNOWN_DATASETS, name);
}
