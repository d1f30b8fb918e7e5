type Scores = readonly [number, number, number, number];

/** A row of a published table: one network at one scale, on the four benchmarks. */
export interface PublishedRow {
  readonly backbone: 'rcan' | 'san';
  readonly arm: 'teacher' | 'alone' | 'output' | 'fakd';
  readonly scale: 2 | 3 | 4 | 8;
  /** In dB, in the order of `BENCHMARKS`. */
  readonly psnr: Scores;
  readonly ssim: Scores;
}

export const BENCHMARKS = ['Set5', 'Set14', 'BSD100', 'Urban100'] as const;

/** Table 3 of the paper. */
export const TABLE_3: readonly PublishedRow[] = [
  { backbone: 'rcan', arm: 'teacher', scale: 2, psnr: [38.271, 34.126, 32.39, 33.176], ssim: [0.9614, 0.9216, 0.9027, 0.9384] },
  { backbone: 'rcan', arm: 'alone', scale: 2, psnr: [38.074, 33.623, 32.199, 32.317], ssim: [0.9608, 0.9183, 0.9, 0.9302] },
  { backbone: 'rcan', arm: 'fakd', scale: 2, psnr: [38.164, 33.815, 32.274, 32.533], ssim: [0.9611, 0.919, 0.901, 0.932] },
  { backbone: 'rcan', arm: 'teacher', scale: 3, psnr: [34.758, 30.627, 29.309, 29.014], ssim: [0.9299, 0.8476, 0.8113, 0.8687] },
  { backbone: 'rcan', arm: 'alone', scale: 3, psnr: [34.557, 30.408, 29.162, 28.482], ssim: [0.9284, 0.8438, 0.8076, 0.86] },
  { backbone: 'rcan', arm: 'fakd', scale: 3, psnr: [34.653, 30.449, 29.208, 28.523], ssim: [0.9291, 0.8442, 0.8087, 0.8602] },
  { backbone: 'rcan', arm: 'teacher', scale: 4, psnr: [32.638, 28.851, 27.748, 26.748], ssim: [0.9002, 0.7885, 0.7433, 0.8067] },
  { backbone: 'rcan', arm: 'alone', scale: 4, psnr: [32.321, 28.688, 27.634, 26.34], ssim: [0.8964, 0.784, 0.7381, 0.7933] },
  { backbone: 'rcan', arm: 'fakd', scale: 4, psnr: [32.462, 28.75, 27.678, 26.422], ssim: [0.8982, 0.7859, 0.7402, 0.7973] },
  { backbone: 'rcan', arm: 'teacher', scale: 8, psnr: [27.31, 25.261, 24.975, 22.978], ssim: [0.7878, 0.6516, 0.6056, 0.6441] },
  { backbone: 'rcan', arm: 'alone', scale: 8, psnr: [27.013, 24.97, 24.805, 22.481], ssim: [0.7758, 0.6402, 0.5971, 0.6175] },
  { backbone: 'rcan', arm: 'fakd', scale: 8, psnr: [27.154, 25.085, 24.868, 22.568], ssim: [0.78, 0.6441, 0.6001, 0.6226] },
  { backbone: 'san', arm: 'teacher', scale: 2, psnr: [38.31, 34.07, 32.42, 33.1], ssim: [0.962, 0.9213, 0.9028, 0.937] },
  { backbone: 'san', arm: 'alone', scale: 2, psnr: [38.059, 33.612, 32.207, 32.331], ssim: [0.9607, 0.9175, 0.9001, 0.9304] },
  { backbone: 'san', arm: 'fakd', scale: 2, psnr: [38.168, 33.723, 32.287, 32.463], ssim: [0.9611, 0.9185, 0.9013, 0.9317] },
  { backbone: 'san', arm: 'teacher', scale: 3, psnr: [34.75, 30.59, 29.33, 28.93], ssim: [0.93, 0.8476, 0.8112, 0.8671] },
  { backbone: 'san', arm: 'alone', scale: 3, psnr: [34.527, 30.385, 29.14, 28.421], ssim: [0.9278, 0.843, 0.8066, 0.8582] },
  { backbone: 'san', arm: 'fakd', scale: 3, psnr: [34.644, 30.482, 29.213, 28.54], ssim: [0.9291, 0.8454, 0.809, 0.8607] },
  { backbone: 'san', arm: 'teacher', scale: 4, psnr: [32.64, 28.92, 27.78, 26.79], ssim: [0.9003, 0.7888, 0.7436, 0.8068] },
  { backbone: 'san', arm: 'alone', scale: 4, psnr: [32.36, 28.673, 27.637, 26.345], ssim: [0.8968, 0.7841, 0.7385, 0.7939] },
  { backbone: 'san', arm: 'fakd', scale: 4, psnr: [32.472, 28.762, 27.685, 26.414], ssim: [0.898, 0.7858, 0.74, 0.7965] },
  { backbone: 'san', arm: 'teacher', scale: 8, psnr: [27.17, 25.14, 24.88, 22.7], ssim: [0.7829, 0.6476, 0.6011, 0.6314] },
  { backbone: 'san', arm: 'alone', scale: 8, psnr: [26.998, 24.996, 24.802, 22.494], ssim: [0.7761, 0.6422, 0.5981, 0.6208] },
  { backbone: 'san', arm: 'fakd', scale: 8, psnr: [27.121, 25.064, 24.859, 22.629], ssim: [0.7797, 0.6431, 0.5986, 0.6231] },
];

/** The rows on FAKD's setting in Table 2 of DCKD (arXiv 2412.08939): RCAN again, by other authors. */
export const DCKD_TABLE_2: readonly PublishedRow[] = [
  { backbone: 'rcan', arm: 'teacher', scale: 2, psnr: [38.27, 34.13, 32.41, 33.34], ssim: [0.9614, 0.9216, 0.9027, 0.9384] },
  { backbone: 'rcan', arm: 'alone', scale: 2, psnr: [38.13, 33.78, 32.26, 32.63], ssim: [0.961, 0.9194, 0.9007, 0.9327] },
  { backbone: 'rcan', arm: 'output', scale: 2, psnr: [38.17, 33.83, 32.29, 32.67], ssim: [0.9611, 0.9197, 0.901, 0.9329] },
  { backbone: 'rcan', arm: 'fakd', scale: 2, psnr: [38.17, 33.83, 32.29, 32.65], ssim: [0.9612, 0.9199, 0.9011, 0.933] },
  { backbone: 'rcan', arm: 'teacher', scale: 3, psnr: [34.74, 30.65, 29.32, 29.09], ssim: [0.9299, 0.8482, 0.8111, 0.8702] },
  { backbone: 'rcan', arm: 'alone', scale: 3, psnr: [34.61, 30.45, 29.18, 28.59], ssim: [0.9288, 0.8444, 0.8074, 0.861] },
  { backbone: 'rcan', arm: 'output', scale: 3, psnr: [34.61, 30.47, 29.21, 28.62], ssim: [0.9291, 0.8447, 0.808, 0.8612] },
  { backbone: 'rcan', arm: 'fakd', scale: 3, psnr: [34.63, 30.51, 29.21, 28.62], ssim: [0.929, 0.8453, 0.8079, 0.8612] },
  { backbone: 'rcan', arm: 'teacher', scale: 4, psnr: [32.63, 28.87, 27.77, 26.82], ssim: [0.9002, 0.7889, 0.7436, 0.8087] },
  { backbone: 'rcan', arm: 'alone', scale: 4, psnr: [32.38, 28.69, 27.63, 26.36], ssim: [0.8971, 0.7842, 0.7379, 0.7947] },
  { backbone: 'rcan', arm: 'output', scale: 4, psnr: [32.45, 28.76, 27.67, 26.49], ssim: [0.898, 0.786, 0.74, 0.7982] },
  { backbone: 'rcan', arm: 'fakd', scale: 4, psnr: [32.46, 28.77, 27.68, 26.5], ssim: [0.898, 0.786, 0.74, 0.798] },
];
