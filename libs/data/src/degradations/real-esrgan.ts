import type { Rng } from '@distillery/tensor';
import { lrSize, scaledBy, type Degradation } from './degradation';
import { filter } from './filter';
import { clip, roundTo8Bit, type FloatImage } from './float-image';
import { jpeg } from './jpeg';
import { addGaussianNoise, addPoissonNoise } from './noise';
import { chance, oneOf } from './random';
import {
  drawFinalSinc,
  drawRound,
  FIRST_ROUND,
  INTERPOLATIONS,
  kernelFor,
  SECOND_ROUND,
  type BlurDraw,
  type NoiseDraw,
  type RoundDraw,
} from './real-esrgan-draws';
import { resample, type Interpolation } from './resample';
import { sharpen } from './sharpen';

/** Everything that is drawn for one image, but for the noise itself. */
export interface RealEsrganDraw {
  readonly first: RoundDraw;
  readonly second: RoundDraw;
  /** null: no last filter. */
  readonly sinc: BlurDraw | null;
  /** Whether the last filter comes before the last JPEG. */
  readonly sincFirst: boolean;
  /** Of the resizing to the final size. */
  readonly interpolation: Interpolation;
}

/** Draws the first round, the second, the last filter, the order of the end, the last interpolation. */
export function drawRealEsrgan(rng: Rng): RealEsrganDraw {
  const first = drawRound(rng, FIRST_ROUND);
  const second = drawRound(rng, SECOND_ROUND);
  const sinc = drawFinalSinc(rng);
  return { first, second, sinc, sincFirst: chance(rng, 0.5), interpolation: oneOf(rng, INTERPOLATIONS) };
}

/**
 * Real-ESRGAN's second-order degradation (Wang et al., ICCVW 2021): sharpened HR; twice blur, resize, noise, JPEG; the second round's JPEG stands
 * before or after the resizing to the exact size with a sinc filter; rounded to 8 bits. Draws all of `drawRealEsrgan` first, then the two noises.
 */
export const realEsrgan: Degradation = (hr, scale, rng) => {
  const draw = drawRealEsrgan(rng);
  return applyRealEsrgan(sharpen(hr), draw, scale, rng);
};

/** The degradation with everything given but the noise. */
export function applyRealEsrgan(image: FloatImage, draw: RealEsrganDraw, scale: number, rng: Rng): FloatImage {
  const { first, second, sinc, sincFirst, interpolation } = draw;
  const size = lrSize(image, scale);
  const once = jpeg(firstRound(image, first, rng), first.quality);
  const twice = noisy(resample(blurred(once, second.blur), scaledBy(size, second.resize), second.interpolation), second.noise, rng);
  const atSize = (x: FloatImage): FloatImage => blurred(resample(x, size, interpolation), sinc);
  return roundTo8Bit(sincFirst ? jpeg(atSize(twice), second.quality) : atSize(jpeg(twice, second.quality)));
}

function firstRound(image: FloatImage, { blur, resize, interpolation, noise }: RoundDraw, rng: Rng): FloatImage {
  return noisy(resample(blurred(image, blur), scaledBy(image, resize), interpolation, 1 / resize), noise, rng);
}

function blurred(image: FloatImage, blur: BlurDraw | null): FloatImage {
  return blur ? filter(image, kernelFor(blur)) : image;
}

function noisy(image: FloatImage, noise: NoiseDraw, rng: Rng): FloatImage {
  return clip(
    noise.kind === 'gaussian'
      ? addGaussianNoise(image, noise.sigma, noise.colour, rng)
      : addPoissonNoise(image, noise.scale, noise.colour, rng),
  );
}
