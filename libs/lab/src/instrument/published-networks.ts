import type { LumaProcedure } from './evaluate-model';
import type { ModelName } from '@distillery/models';

/** What publications of networks are measured on. */
export const INSTRUMENT_DATASETS = ['Set5', 'Set14', 'BSD100', 'Urban100'] as const;
export type InstrumentDataset = (typeof INSTRUMENT_DATASETS)[number];

/** A score that others give: mean PSNR over a dataset's images. */
export interface PublishedScore {
  readonly dataset: InstrumentDataset;
  readonly scale: number;
  /** dB as its authors published it; null where they gave none. */
  readonly published: number | null;
  /** dB that an independent forward pass of the same weights gave, two decimals; null where there is none. */
  readonly reference: number | null;
}

/** A network that somebody else trained, or bicubic. */
export interface PublishedNetwork {
  readonly id: string;
  /** As a table writes it. */
  readonly title: string;
  /** null: bicubic interpolation, without weights. */
  readonly weights: {
    readonly model: ModelName;
    /** Below the data folder. */
    readonly file: string;
    /** How its authors measured it; absent: from 8-bit LR, output not rounded. Luma networks only. */
    readonly luma?: LumaProcedure;
  } | null;
  /** Where weights and published scores come from. */
  readonly source: string;
  /** What to know when the published value is held against ours. */
  readonly note: string | null;
  readonly scores: readonly PublishedScore[];
}

/** Bicubic, and every network whose published weights are known by name, on the sets that it was published on. What is typed here are others' values; ours are measured. */
export const PUBLISHED_NETWORKS: readonly PublishedNetwork[] = [
  {
    id: 'bicubic',
    title: 'Bicubic (MATLAB)',
    weights: null,
    source: 'RCAN (Zhang et al., ECCV 2018), Table 1, which later papers repeat',
    note: 'The published values enlarge luma alone, ours all three channels in 8 bit: up to 0.02 dB apart. On Set14 they take the one grey image for luma as it stands, 0.09 dB less in the mean: protocol y-grey-as-luma.',
    scores: [
      { dataset: 'Set5', scale: 2, published: 33.66, reference: 33.68 },
      { dataset: 'Set5', scale: 3, published: 30.39, reference: 30.4 },
      { dataset: 'Set5', scale: 4, published: 28.42, reference: 28.43 },
      ...elsewhere({
        2: [30.24, 29.56, 26.88],
        3: [27.55, 27.21, 24.46],
        4: [26.0, 25.96, 23.14],
      }),
    ],
  },
  {
    id: 'fsrcnn-s',
    title: 'FSRCNN-s, re-training',
    weights: { model: 'fsrcnn-s', file: 'weights/sr/fsrcnn-s-x3.safetensors' },
    source: 'https://github.com/chxy95/FSRCNN at f0fa9f7, README',
    note: "The README's value comes from its own MATLAB test, which the independent pass over the same weights does not reproduce either.",
    scores: [{ dataset: 'Set5', scale: 3, published: 32.52, reference: 32.26 }],
  },
  {
    id: 'fsrcnn-opencv',
    title: 'FSRCNN of OpenCV',
    weights: {
      model: 'fsrcnn-opencv',
      file: 'weights/sr/fsrcnn-opencv-x3.safetensors',
      luma: { lr: 'eight-bit', output: 'eight-bit' },
    },
    source: 'https://github.com/Saafke/FSRCNN_Tensorflow at 6a4812c',
    note: 'Trained on another downscaling than MATLAB’s, hence the low score on MATLAB’s. Its output is rounded to 8 bit, as in the independent pass.',
    scores: [{ dataset: 'Set5', scale: 3, published: null, reference: 30.55 }],
  },
  {
    id: 'vdsr',
    title: 'VDSR, re-training',
    weights: { model: 'vdsr', file: 'weights/sr/vdsr.safetensors', luma: { lr: 'double', output: 'unrounded' } },
    source: 'https://github.com/twtygqyy/pytorch-vdsr at 514b021, README',
    note: 'Its LR is the HR luma shrunk in double precision, as its authors made it; from 8-bit LR it scores 0.01 to 0.04 dB less.',
    scores: [
      { dataset: 'Set5', scale: 2, published: 37.65, reference: 37.65 },
      { dataset: 'Set5', scale: 3, published: 33.77, reference: 33.77 },
      { dataset: 'Set5', scale: 4, published: 31.45, reference: 31.45 },
    ],
  },
  {
    id: 'carn-m',
    title: 'CARN-M',
    weights: { model: 'carn-m', file: 'weights/sr/carn-m.safetensors' },
    source: 'CARN (Ahn et al., ECCV 2018); weights of https://github.com/nmhkahn/CARN-pytorch at 40d3514',
    note: 'The weights in the repository are not those of the paper: an independent pass over them is off by the same amounts.',
    scores: [
      { dataset: 'Set5', scale: 2, published: 37.53, reference: 37.68 },
      { dataset: 'Set5', scale: 3, published: 33.99, reference: 34.06 },
      { dataset: 'Set5', scale: 4, published: 31.92, reference: 31.88 },
      ...elsewhere({
        2: [33.26, 31.92, 31.23],
        3: [30.08, 28.91, 27.55],
        4: [28.42, 27.44, 25.62],
      }),
    ],
  },
  {
    id: 'imdn',
    title: 'IMDN',
    weights: { model: 'imdn', file: 'weights/sr/imdn-x4.safetensors' },
    source: 'IMDN (Hui et al., ACM MM 2019); weights of https://github.com/Zheng222/IMDN at 8f158e6',
    note: null,
    scores: [
      { dataset: 'Set5', scale: 4, published: 32.21, reference: 32.21 },
      ...elsewhere({
        4: [28.58, 27.56, 26.04],
      }),
    ],
  },
  {
    id: 'pan',
    title: 'PAN',
    weights: { model: 'pan', file: 'weights/sr/pan-x4.safetensors' },
    source: 'PAN (Zhao et al., ECCVW 2020); weights of https://github.com/zhaohengyuan1/PAN at 4d045d1',
    note: null,
    scores: [
      { dataset: 'Set5', scale: 4, published: 32.13, reference: 32.13 },
      ...elsewhere({
        4: [28.61, 27.59, 26.11],
      }),
    ],
  },
  {
    id: 'realesr-general',
    title: 'Real-ESRGAN general v3',
    weights: { model: 'realesr-general', file: 'weights/sr/realesr-general-x4v3.safetensors' },
    source: 'https://github.com/xinntao/Real-ESRGAN; float16 copy of https://github.com/upscayl/custom-models at 4b6d2cf',
    note: 'Trained for blind real-world images with a GAN loss: a low PSNR on clean bicubic input is what it should have.',
    scores: [{ dataset: 'Set5', scale: 4, published: null, reference: null }],
  },
];

/** Published values on Set14, BSD100 and Urban100 by scale; nobody gave independent passes there. */
function elsewhere(values: Readonly<Record<number, readonly [set14: number, bsd100: number, urban100: number]>>): PublishedScore[] {
  return Object.entries(values).flatMap(([scale, published]) =>
    INSTRUMENT_DATASETS.slice(1).map((dataset, i) => ({
      dataset,
      scale: Number(scale),
      published: published[i] as number,
      reference: null,
    })),
  );
}

/** The published weights of a model of the zoo at a scale; undefined if none are known. */
export function publishedWeights(model: string, scale: number): PublishedNetwork | undefined {
  return PUBLISHED_NETWORKS.find(({ weights, scores }) => weights?.model === model && scores.some((score) => score.scale === scale));
}

/** `carn-m` (2, 3, 4), ... : the models and scales whose weights have a known place in the data folder. */
export function publishedModels(): string {
  return PUBLISHED_NETWORKS.flatMap(({ weights, scores }) =>
    weights ? [`${weights.model} (x${[...new Set(scores.map(({ scale }) => scale))].join(', x')})`] : [],
  ).join(', ');
}
