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
type Scores = readonly [number, number, number, number];

/** The students' original publications, by data set in the order above. FSRCNN was trained on 91 images and General100, not on DIV2K. */
export const ORIGINAL: readonly { readonly network: string; readonly scale: 2 | 3 | 4; readonly psnr: Scores; readonly ssim: Scores }[] = [
  { network: 'FSRCNN', scale: 2, psnr: [37.0, 32.63, 31.53, 29.88], ssim: [0.9558, 0.9088, 0.892, 0.902] },
  { network: 'FSRCNN', scale: 3, psnr: [33.16, 29.43, 28.53, 26.43], ssim: [0.914, 0.8242, 0.791, 0.808] },
  { network: 'FSRCNN', scale: 4, psnr: [30.71, 27.59, 26.98, 24.62], ssim: [0.8657, 0.7535, 0.715, 0.728] },
  { network: 'VDSR', scale: 2, psnr: [37.53, 33.03, 31.9, 30.76], ssim: [0.9587, 0.9124, 0.896, 0.914] },
  { network: 'VDSR', scale: 3, psnr: [33.66, 29.77, 28.82, 27.14], ssim: [0.9213, 0.8314, 0.7976, 0.8279] },
  { network: 'VDSR', scale: 4, psnr: [31.35, 28.01, 27.29, 25.18], ssim: [0.8838, 0.7674, 0.7251, 0.7524] },
  { network: 'CARN', scale: 2, psnr: [37.76, 33.52, 32.09, 31.92], ssim: [0.959, 0.9166, 0.8978, 0.9256] },
  { network: 'CARN', scale: 3, psnr: [34.29, 30.29, 29.06, 28.06], ssim: [0.9255, 0.8407, 0.8034, 0.8493] },
  { network: 'CARN', scale: 4, psnr: [32.13, 28.6, 27.58, 26.07], ssim: [0.8937, 0.7806, 0.7349, 0.7837] },
];
