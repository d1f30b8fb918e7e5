import type { Claim } from '@distillery/lab';
import type { PddArm } from './recipes';

const PAPER = 'arXiv 2407.07302: only its title, abstract and first paragraph could be read';
const KDSR = 'GitHub Zj-BinXia/KDSR at c7c9e81, KDSR-GAN/images/quan.jpg; the row DnCNN+DCLS from an earlier README';
const REALSR =
  'GitHub csjcai/RealSR at f8c724a, README: version 3, trained on RGB, tested on luma; it does not state a border, that of the scale is our assumption';
const DREALSR =
  'GitHub xiezw5/Component-Divide-and-Conquer-for-Real-World-Image-Super-Resolution at 09e63af, README; it does not state the protocol, luma and a border of the scale are our assumption';

type Scores = { readonly psnr: number | null; readonly ssim: number | null; readonly lpips?: number | null };

interface Row {
  readonly table: string;
  readonly row: string;
  readonly id: string;
  readonly dataset: string;
  readonly scores: Scores;
  readonly protocol: string;
  readonly source: string;
  readonly verified: boolean;
  /** Our arm of that kind, where there is one. */
  readonly measured?: Pick<Claim<PddArm>, 'experiment' | 'arm' | 'network'>;
}

/** PDD's tables exist but could not be read: shown as not available, never filled in. */
const UNREADABLE: readonly Row[] = ['RealSR', 'DRealSR', 'NTIRE20'].flatMap((dataset) =>
  (
    [
      ['static', 'PDD, Static', 'static'],
      ['ema', 'PDD, EMA', 'ema'],
    ] as const
  ).map(([id, row, arm]): Row => ({
    table: 'Main results',
    row,
    id: `main/${id}`,
    dataset,
    scores: { psnr: null, ssim: null, lpips: null },
    protocol: 'rgb-border-scale',
    source: PAPER,
    verified: false,
    measured: { experiment: 'main', arm, network: 'student' },
  })),
);

/** What others printed for the networks that PDD starts from. LPIPS is left out: theirs is the VGG one, ours AlexNet's. */
const GENERALISTS: readonly Row[] = (
  [
    ['ESRGAN', 'esrgan', 23.17, 0.6192, 21.14, 0.3119],
    ['DnCNN+DCLS', 'dncnn-dcls', 24.2, 0.681, 28.63, 0.7851],
    ['BSRGAN', 'bsrgan', 24.2, 0.6904, 26.75, 0.7386],
    ['Real-ESRGAN', 'real-esrgan', 23.89, 0.6892, 26.4, 0.7431],
    ['MM-RealSR', 'mm-realsr', 23.45, 0.6889, 25.19, 0.7404],
    ['KDSRs-GAN', 'kdsrs-gan', 24.22, 0.7038, 27.12, 0.7614],
  ] as const
).flatMap(([row, id, psnrAim, ssimAim, psnrNtire, ssimNtire]) => {
  const base = { table: 'KDSR, Table 3', row, id: `kdsr/${id}`, protocol: 'y-border-scale', source: KDSR, verified: true };
  return [
    { ...base, dataset: 'AIM2019', scores: { psnr: psnrAim, ssim: ssimAim } },
    { ...base, dataset: 'NTIRE2020-track1', scores: { psnr: psnrNtire, ssim: ssimNtire } },
  ];
});

/** Baselines of the target sets at x4, printed by those who made the sets. */
const BASELINES: readonly Row[] = [
  ...(
    [
      ['Bicubic', 'bicubic', 27.2378, 0.7643],
      ['RealSR baseline', 'baseline', 28.6508, 0.8206],
    ] as const
  ).map(([row, id, psnr, ssim]): Row => ({
    table: 'RealSR, version 3',
    row,
    id: `realsr/${id}`,
    dataset: 'RealSR-V3',
    scores: { psnr, ssim },
    protocol: 'y-border-scale',
    source: REALSR,
    verified: true,
  })),
  ...(
    [
      ['Bicubic', 'bicubic', 30.56, 0.82],
      ['EDSR', 'edsr', 32.03, 0.855],
      ['RCAN', 'rcan', 31.85, 0.857],
      ['CDC', 'cdc', 32.42, 0.861],
    ] as const
  ).map(([row, id, psnr, ssim]): Row => ({
    table: 'DRealSR',
    row,
    id: `drealsr/${id}`,
    dataset: 'DRealSR',
    scores: { psnr, ssim },
    protocol: 'y-border-scale',
    source: DREALSR,
    verified: true,
  })),
];

export const CLAIMS: readonly Claim<PddArm>[] = [...UNREADABLE, ...GENERALISTS, ...BASELINES].flatMap(
  ({ scores, id, dataset, measured, ...row }) =>
    Object.entries(scores).map(([metric, value]): Claim<PddArm> => ({
      ...row,
      id: `pdd/${id}/x4/${dataset}/${metric}`,
      paper: 'pdd',
      network: 'student',
      ...measured,
      dataset,
      scale: 4,
      metric: metric as Claim['metric'],
      value,
      selfEnsemble: false,
    })),
);
