import type { Image, Plane } from '@distillery/data';
import { UserError } from '@distillery/tensor';
import type { ChannelMetric, ComparedPlanes } from '../metric';
import { comparedPlanes, type Protocol } from '../protocol';

/** In the published tables 0.1 dB of PSNR goes with 0.002 to 0.003 of SSIM; the bands stand to PSNR's as these do. */
export const SSIM = {
  id: 'ssim',
  title: 'SSIM',
  unit: '',
  better: 'higher',
  judges: 'fidelity',
  digits: { printed: 4, full: 6 },
  bands: { reproduced: 0.001, tolerance: 0.003 },
  compares: 'channels',
  measure: ssimOfPlanes,
} as const satisfies ChannelMetric;

/**
 * Structural similarity (Wang et al., TIP 2004): mean over windows of
 * ((2 m_a m_b + C1)(2 s_ab + C2)) / ((m_a^2 + m_b^2 + C1)(s_a^2 + s_b^2 + C2)), C1 = (0.01 L)^2, C2 = (0.03 L)^2, L = 255, moments under
 * an 11x11 Gaussian of sigma 1.5 at every position where the window fits; the mean over channels. Float64; -1..1, identical images: 1.
 * Throws UserError if the sizes differ or less than a window is left inside the border.
 */
export function ssim(a: Image, b: Image, protocol: Protocol, scale: number): number {
  return ssimOfPlanes(comparedPlanes(a, b, protocol, scale), protocol);
}

/** `ssim` of channels. */
export function ssimOfPlanes(planes: ComparedPlanes, protocol: Protocol): number {
  return planes.reduce((sum, [a, b]) => sum + ssimOfPlane(a, b, protocol), 0) / planes.length;
}

/** E[a], E[b], E[a^2], E[b^2], E[ab]. */
const MOMENTS = 5;

function ssimOfPlane(a: Plane, b: Plane, { name, ssim: { window, sigma, range } }: Protocol): number {
  const { width, height } = a;
  if (width < window || height < window) {
    throw new UserError(`SSIM of ${width}x${height} pixels inside the border; expected at least ${window}x${window} (protocol ${name})`);
  }
  const weights = gaussian(window, sigma);
  const columns = width - window + 1;
  const length = columns * MOMENTS;
  // The window is separable: rows are filtered horizontally once, and only the last `window` of them are kept for the vertical pass.
  const rows = Array.from({ length: window }, () => new Float64Array(length));
  const moments = new Float64Array(length);
  let sum = 0;
  for (let y = 0; y < height; y++) {
    filterRow(a, b, y, weights, rows[y % window] as Float64Array);
    if (y < window - 1) continue;
    moments.fill(0);
    for (let t = 0; t < window; t++) {
      const [row, weight] = [rows[(y + 1 + t) % window] as Float64Array, weights[t] as number];
      for (let i = 0; i < length; i++) moments[i] = (moments[i] as number) + weight * (row[i] as number);
    }
    sum += ssimOfRow(moments, (0.01 * range) ** 2, (0.03 * range) ** 2);
  }
  return sum / (columns * (height - window + 1));
}

/** exp(-x^2 / (2 sigma^2)) at the integers around 0, summing to 1. */
function gaussian(window: number, sigma: number): Float64Array {
  const weights = Float64Array.from({ length: window }, (_, i) => Math.exp(-((i - (window - 1) / 2) ** 2) / (2 * sigma * sigma)));
  const total = weights.reduce((sum, w) => sum + w, 0);
  return weights.map((w) => w / total);
}

/** The weighted moments of row `y` at every horizontal position of the window, interleaved. */
function filterRow(a: Plane, b: Plane, y: number, weights: Float64Array, out: Float64Array): void {
  const row = y * a.width;
  for (let i = 0; i < out.length; i += MOMENTS) {
    const start = row + i / MOMENTS;
    let [ma, mb, maa, mbb, mab] = [0, 0, 0, 0, 0];
    for (let t = 0; t < weights.length; t++) {
      const va = a.data[start + t] as number;
      const vb = b.data[start + t] as number;
      const wa = (weights[t] as number) * va;
      const wb = (weights[t] as number) * vb;
      ma += wa;
      mb += wb;
      maa += wa * va;
      mbb += wb * vb;
      mab += wa * vb;
    }
    out[i] = ma;
    out[i + 1] = mb;
    out[i + 2] = maa;
    out[i + 3] = mbb;
    out[i + 4] = mab;
  }
}

function ssimOfRow(moments: Float64Array, c1: number, c2: number): number {
  let sum = 0;
  for (let i = 0; i < moments.length; i += MOMENTS) {
    const ma = moments[i] as number;
    const mb = moments[i + 1] as number;
    const saa = (moments[i + 2] as number) - ma * ma;
    const sbb = (moments[i + 3] as number) - mb * mb;
    const sab = (moments[i + 4] as number) - ma * mb;
    sum += ((2 * ma * mb + c1) * (2 * sab + c2)) / ((ma * ma + mb * mb + c1) * (saa + sbb + c2));
  }
  return sum;
}
