/** PSNR in dB and SSIM. */
export type Score = readonly [psnr: number, ssim: number];

export const FIGURE =
  'GitHub cvlab-yonsei/projects, PISR/images/qualitative_results.jpg (figure of the project page, values under the pictures)';
export const QUOTED = 'Table 4 of ASSL (NeurIPS 2021), which says that it copies the numbers from the PISR paper';
export const BASELINES = 'Table 2 of ASSL (NeurIPS 2021), compiled from the original publications; not the retrained baselines of PISR';

/** The qualitative figure: one image each, bicubic, the baseline retrained by the authors, and PISR. */
export const QUALITATIVE: readonly {
  readonly network: string;
  readonly image: string;
  readonly scale: 2 | 3;
  readonly bicubic: Score;
  readonly baseline: Score;
  readonly pisr: Score;
}[] = [
  { network: 'FSRCNN', image: 'Urban100 img-71', scale: 3, bicubic: [18.06, 0.6835], baseline: [20.42, 0.8278], pisr: [20.68, 0.8416] },
  { network: 'VDSR', image: 'Urban100 img-11', scale: 2, bicubic: [25.32, 0.8034], baseline: [27.64, 0.8993], pisr: [27.87, 0.9025] },
  { network: 'IDN', image: 'Set14 img-1', scale: 3, bicubic: [26.25, 0.7538], baseline: [26.28, 0.7887], pisr: [26.97, 0.8017] },
  { network: 'CARN', image: 'Urban100 img-91', scale: 3, bicubic: [17.32, 0.5164], baseline: [20.2, 0.7236], pisr: [20.32, 0.7293] },
];

/** CARN with PISR at x2, PSNR only. */
export const CARN_WITH_PISR: Readonly<Record<string, number>> = { Set5: 37.82, BSD100: 32.08 };

export const DATASETS = ['Set5', 'Set14', 'BSD100', 'Urban100'] as const;
type Row = readonly [Score, Score, Score, Score];

/** The students' original publications, by data set in the order above. FSRCNN was trained on 91 images and General100, not on DIV2K. */
export const ORIGINAL: Readonly<Record<string, Readonly<Record<2 | 3 | 4, Row>>>> = {
  FSRCNN: {
    2: [
      [37.0, 0.9558],
      [32.63, 0.9088],
      [31.53, 0.892],
      [29.88, 0.902],
    ],
    3: [
      [33.16, 0.914],
      [29.43, 0.8242],
      [28.53, 0.791],
      [26.43, 0.808],
    ],
    4: [
      [30.71, 0.8657],
      [27.59, 0.7535],
      [26.98, 0.715],
      [24.62, 0.728],
    ],
  },
  VDSR: {
    2: [
      [37.53, 0.9587],
      [33.03, 0.9124],
      [31.9, 0.896],
      [30.76, 0.914],
    ],
    3: [
      [33.66, 0.9213],
      [29.77, 0.8314],
      [28.82, 0.7976],
      [27.14, 0.8279],
    ],
    4: [
      [31.35, 0.8838],
      [28.01, 0.7674],
      [27.29, 0.7251],
      [25.18, 0.7524],
    ],
  },
  CARN: {
    2: [
      [37.76, 0.959],
      [33.52, 0.9166],
      [32.09, 0.8978],
      [31.92, 0.9256],
    ],
    3: [
      [34.29, 0.9255],
      [30.29, 0.8407],
      [29.06, 0.8034],
      [28.06, 0.8493],
    ],
    4: [
      [32.13, 0.8937],
      [28.6, 0.7806],
      [27.58, 0.7349],
      [26.07, 0.7837],
    ],
  },
};
