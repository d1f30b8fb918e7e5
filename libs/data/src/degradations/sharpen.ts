import { filter } from './filter';
import { mapValues, type FloatImage } from './float-image';

/** OpenCV's 51-tap Gaussian; its deviation follows from the size: 0.3 ((51 - 1) / 2 - 1) + 0.8 = 8. */
const SIDE = 51;
const SIGMA = 8;
const GAUSSIAN = gaussianLine(SIDE, SIGMA);
const WEIGHT = 0.5;
/** Smallest detail that is sharpened, on 0..255. */
const THRESHOLD = 10;

/**
 * Unsharp masking as Real-ESRGAN sharpens its HR images: d = x - blur(x); s = clip(x + d / 2); m = blur(|d| > 10 / 255); m s + (1 - m) x. The 51-tap
 * Gaussian is applied as rows, then columns.
 */
export function sharpen(image: FloatImage): FloatImage {
  const blurred = wideBlur(image);
  const detail = mapValues(image, (value, i) => value - (blurred.data[i] as number));
  const mask = wideBlur(mapValues(detail, (value) => (Math.abs(value) * 255 > THRESHOLD ? 1 : 0)));
  return mapValues(image, (value, i) => {
    const sharp = Math.min(Math.max(value + WEIGHT * (detail.data[i] as number), 0), 1);
    const soft = mask.data[i] as number;
    return soft * sharp + (1 - soft) * value;
  });
}

function wideBlur(image: FloatImage): FloatImage {
  return filter(filter(image, { width: SIDE, height: 1, weights: GAUSSIAN }), { width: 1, height: SIDE, weights: GAUSSIAN });
}

function gaussianLine(side: number, sigma: number): Float64Array {
  const weights = Float64Array.from({ length: side }, (_, i) => Math.exp(-0.5 * ((i - (side - 1) / 2) / sigma) ** 2));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
}
