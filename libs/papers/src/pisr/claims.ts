import type { Claim } from '@distillery/lab';
import { BASELINES, CARN_WITH_PISR, DATASETS, FIGURE, ORIGINAL, QUALITATIVE, QUOTED } from './published';
import type { PisrArm } from './recipes';

const METRICS = ['psnr', 'ssim'] as const;
const common = { paper: 'pisr', network: 'student', protocol: 'y-border-scale', selfEnsemble: false } as const;

/** Single images under the pictures of a figure; no experiment of ours measures one image. */
function qualitative(): Claim<PisrArm>[] {
  return QUALITATIVE.flatMap(({ network, image, scale, ...rows }) =>
    (['bicubic', 'baseline', 'pisr'] as const).flatMap((which) =>
      METRICS.map((metric, m): Claim<PisrArm> => {
        const row = { bicubic: `Bicubic, beside ${network}`, baseline: `${network}* (retrained baseline)`, pisr: `${network} with PISR` }[
          which
        ];
        return {
          ...common,
          id: `pisr/figure/${network}/${which}/x${scale}/${metric}`,
          table: 'Qualitative figure',
          row,
          network: which === 'bicubic' ? 'bicubic' : 'student',
          dataset: image,
          scale,
          metric,
          value: rows[which][m] as number,
          source: FIGURE,
          verified: true,
        };
      }),
    ),
  );
}

/** The one number of a mean over a test set that could be found: quoted by another paper. */
function quoted(): Claim<PisrArm>[] {
  return Object.entries(CARN_WITH_PISR).map(([dataset, value]) => ({
    ...common,
    id: `pisr/other-backbones/carn-pisr/student/x2/${dataset}/psnr`,
    table: 'Other-backbone table',
    row: 'CARN with PISR, as quoted by ASSL',
    experiment: 'backbones',
    arm: 'carn-pisr',
    dataset,
    scale: 2,
    metric: 'psnr',
    value,
    source: QUOTED,
    verified: true,
  }));
}

/** What the students' own papers report: for orientation. PISR compares with baselines that it retrained, which could not be read. */
function originals(): Claim<PisrArm>[] {
  return ORIGINAL.flatMap(({ network, scale, ...scores }) =>
    DATASETS.flatMap((dataset, d) =>
      METRICS.map((metric): Claim<PisrArm> => ({
        ...common,
        id: `pisr/original/${network}/x${scale}/${dataset}/${metric}`,
        table: 'Original publications',
        row: `${network}, ${network === 'FSRCNN' ? 'trained on 91 images and General100' : 'original publication'}`,
        dataset,
        scale,
        metric,
        value: scores[metric][d] as number,
        source: BASELINES,
        verified: true,
      })),
    ),
  );
}

/** Tables that exist in the paper but could not be read: shown as not available, never filled in. */
function notReadable(): Claim<PisrArm>[] {
  const missing = (table: string, row: string, experiment: string, arm: PisrArm, scale: number): Claim<PisrArm> => ({
    ...common,
    id: `pisr/${experiment}/${arm}/student/x${scale}/Set5/psnr`,
    table,
    row,
    experiment,
    arm,
    dataset: 'Set5',
    scale,
    metric: 'psnr',
    value: null,
    source: 'the printed table could not be read',
    verified: false,
  });
  return [
    ...[2, 3, 4].flatMap((scale) => [
      missing('FSRCNN comparison table', 'FSRCNN* (retrained baseline)', `fsrcnn-x${scale}`, 'alone', scale),
      missing('FSRCNN comparison table', 'FSRCNN with PISR', `fsrcnn-x${scale}`, 'pisr', scale),
    ]),
    missing('Ablation table', 'Initialisation alone', 'components', 'init', 2),
    missing('Ablation table', 'VID alone', 'components', 'vid', 2),
    missing('Ablation table', 'Initialisation and VID, no imitation', 'components', 'pisr-free', 2),
    missing('Other-backbone table', 'VDSR with PISR', 'backbones', 'vdsr-pisr', 2),
    missing('Other-backbone table', 'IDN with PISR', 'backbones', 'idn-pisr', 2),
  ];
}

export const CLAIMS: readonly Claim<PisrArm>[] = [...qualitative(), ...quoted(), ...originals(), ...notReadable()];
