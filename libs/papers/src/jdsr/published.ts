/** A network trained without distillation, x4: what a JDSR row would have to beat. */
export interface PublishedRow {
  readonly row: string;
  /** In dB, in the order of `DATASETS`; some have no Manga109. */
  readonly psnr: readonly number[];
  readonly ssim: readonly number[];
}

export const DATASETS = ['Set5', 'Set14', 'BSD100', 'Urban100', 'Manga109'] as const;

/** From each baseline's own paper or code. */
export const OWN_ROWS: readonly PublishedRow[] = [
  { row: 'IMDN', psnr: [32.21, 28.58, 27.56, 26.04, 30.45], ssim: [0.8948, 0.7811, 0.7353, 0.7838, 0.9075] },
  { row: 'PAN', psnr: [32.131149, 28.610749, 27.591421, 26.106035, 30.514452], ssim: [0.894811, 0.782151, 0.736271, 0.785436, 0.909515] },
  { row: 'CARN', psnr: [32.13, 28.6, 27.58, 26.07], ssim: [0.8937, 0.7806, 0.7349, 0.7837] },
];

/** From the comparison table of CARN's paper, not the baseline's own. */
export const CARN_ROWS: readonly PublishedRow[] = [
  { row: 'FSRCNN', psnr: [30.71, 27.59, 26.98, 24.62], ssim: [0.8657, 0.7535, 0.715, 0.728] },
  { row: 'VDSR', psnr: [31.35, 28.01, 27.29, 25.18], ssim: [0.8838, 0.7674, 0.7251, 0.7524] },
];
