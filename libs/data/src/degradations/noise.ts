import type { Rng } from '@distillery/tensor';
import { greyOf, halfToEven, mapValues, roundTo8Bit, type FloatImage } from './float-image';
import { poisson } from './poisson';

/** Whether the three channels of a pixel get their own noise or share one. */
export type NoiseColour = 'colour' | 'grey';

/**
 * x + sigma n, n standard normal, not clipped. `sigma` in units of 0..1. Draws, pixel by pixel in reading order, one normal per channel
 * (colour) or one (grey).
 */
export function addGaussianNoise(image: FloatImage, sigma: number, colour: NoiseColour, rng: Rng): FloatImage {
  const noise = normalNoise(image, colour, rng);
  return mapValues(image, (value, i) => value + sigma * (noise[i] as number));
}

/** x + x sigma n: noise in proportion to the value (speckle), not clipped. Draws as `addGaussianNoise` does. */
export function addSpeckleNoise(image: FloatImage, sigma: number, colour: NoiseColour, rng: Rng): FloatImage {
  const noise = normalNoise(image, colour, rng);
  return mapValues(image, (value, i) => value + value * sigma * (noise[i] as number));
}

function normalNoise({ data }: FloatImage, colour: NoiseColour, rng: Rng): Float64Array {
  const noise = new Float64Array(data.length);
  for (let i = 0; i < noise.length; i++) noise[i] = colour === 'grey' && i % 3 > 0 ? (noise[i - 1] as number) : rng.normal();
  return noise;
}

/**
 * Real-ESRGAN's photon noise: x + scale (Poisson(x v) / v - x), not clipped, where v = 2^ceil(log2 of the number of distinct 8-bit values in the image):
 * an image of few values counts as one of few photons. Grey: the noise of its grey version on all three channels. x and its
 * grey version are rounded to 8 bits first, for the noise only. Draws one Poisson variate per value (colour) or pixel (grey) in reading order.
 */
export function addPoissonNoise(image: FloatImage, scale: number, colour: NoiseColour, rng: Rng): FloatImage {
  const exact = roundTo8Bit(image);
  const rounded = colour === 'grey' ? greyOf(exact).map(to8Bit) : exact.data;
  const levels = 2 ** Math.ceil(Math.log2(new Set(rounded).size));
  const noise = rounded.map((value) => poisson(value * levels, rng) / levels - value);
  return mapValues(image, (value, i) => value + scale * (noise[colour === 'grey' ? Math.floor(i / 3) : i] as number));
}

function to8Bit(value: number): number {
  return Math.min(Math.max(halfToEven(value * 255), 0), 255) / 255;
}
