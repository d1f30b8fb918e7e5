import type { Image, Plane } from '@distillery/data';
import { comparedLuma, comparedPlanes, type Protocol } from './protocol';
import { psnrOfPlanes } from './psnr';
import { ssimOfPlanes } from './ssim';

/** PSNR (dB) and SSIM under the protocol that they carry along. */
export interface Score {
  readonly protocol: string;
  readonly psnr: number;
  readonly ssim: number;
}

/** Both scores of `a` against `b`, the channels being prepared once. Throws as `psnr` and `ssim` do. */
export function score(a: Image, b: Image, protocol: Protocol, scale: number): Score {
  return scoreOfPlanes(comparedPlanes(a, b, protocol, scale), protocol);
}

/**
 * Both scores of a luma network's output (BT.601 luma, 16..235, never rounded) against the luma of an image: what the authors of such
 * networks report. Throws UserError as `score` does, and for a protocol that needs colours.
 */
export function scoreLuma(y: Plane, reference: Image, protocol: Protocol, scale: number): Score {
  return scoreOfPlanes(comparedLuma(y, reference, protocol, scale), protocol);
}

/** Both scores of channels as a protocol compares them, see `comparedPlanes`. */
export function scoreOfPlanes(planes: readonly (readonly [Plane, Plane])[], protocol: Protocol): Score {
  return { protocol: protocol.name, psnr: psnrOfPlanes(planes), ssim: ssimOfPlanes(planes, protocol) };
}

/** The mean over images, as papers report it. Throws RangeError for no scores, or for scores under different protocols. */
export function meanScore(scores: readonly Score[]): Score {
  const [first] = scores;
  if (first === undefined) throw new RangeError('mean of no scores');
  const other = scores.find((s) => s.protocol !== first.protocol);
  if (other !== undefined) throw new RangeError(`scores under ${first.protocol} and ${other.protocol} have no common mean`);
  const mean = (value: (s: Score) => number): number => scores.reduce((sum, s) => sum + value(s), 0) / scores.length;
  return { protocol: first.protocol, psnr: mean((s) => s.psnr), ssim: mean((s) => s.ssim) };
}
