import type { Image } from '@distillery/data';
import type { ChannelMetric, ComparedPlanes } from '../metric';
import { comparedPlanes, type Protocol } from '../protocol';

export const PSNR = {
  id: 'psnr',
  title: 'PSNR',
  unit: 'dB',
  better: 'higher',
  judges: 'fidelity',
  digits: { printed: 2, full: 6 },
  bands: { reproduced: 0.05, tolerance: 0.15 },
  compares: 'channels',
  largest: 100,
  measure: psnrOfPlanes,
} as const satisfies ChannelMetric;

/**
 * Peak signal-to-noise ratio in dB: 10 log10(255^2 / MSE), the mean over all pixels (and channels) that the protocol compares, in
 * float64. Identical images: Infinity. Throws UserError if the sizes differ or the border leaves nothing.
 */
export function psnr(a: Image, b: Image, protocol: Protocol, scale: number): number {
  return psnrOfPlanes(comparedPlanes(a, b, protocol, scale));
}

/** `psnr` of channels. */
export function psnrOfPlanes(planes: ComparedPlanes): number {
  let sum = 0;
  let count = 0;
  for (const [{ data: a }, { data: b }] of planes) {
    for (let i = 0; i < a.length; i++) sum += ((a[i] as number) - (b[i] as number)) ** 2;
    count += a.length;
  }
  return 10 * Math.log10((255 * 255 * count) / sum);
}
