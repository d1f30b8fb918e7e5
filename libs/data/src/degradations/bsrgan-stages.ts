import type { Rng } from '@distillery/tensor';
import type { Size } from '../image';
import { CORRELATED_LEVEL, type GaussianBlur, type LevelledNoise } from './bsrgan-draws';
import { addCorrelatedNoise } from './correlated-noise';
import { filter } from './filter';
import { clip, roundTo8Bit, type FloatImage } from './float-image';
import { gaussianKernel } from './gaussian-kernels';
import { jpeg } from './jpeg';
import { kernelOf } from './kernel';
import { addGaussianNoise, addSpeckleNoise } from './noise';
import { resample, type Interpolation } from './resample';

export function gaussianBlurred(image: FloatImage, { side, spread }: GaussianBlur): FloatImage {
  return filter(image, gaussianKernel(side, spread));
}

/** Resampled and clipped. */
export function resized(image: FloatImage, size: Size, interpolation: Interpolation): FloatImage {
  return clip(resample(image, size, interpolation));
}

const ALIAS_SIDE = 25;

/**
 * A Gaussian of 25x25, then every scale-th pixel, the first one first. The kernel's centre lies (scale - 1) / 2 further right and down, so that what is kept is
 * centred on the block it stands for.
 */
export function blurredAndPicked(image: FloatImage, scale: number, sigma: number): FloatImage {
  const shift = (scale - 1) / 2;
  const blurred = filter(
    image,
    kernelOf(ALIAS_SIDE, (dx, dy) => Math.exp(-0.5 * (((dx - shift) / sigma) ** 2 + ((dy - shift) / sigma) ** 2))),
  );
  const [width, height] = [Math.ceil(image.width / scale), Math.ceil(image.height / scale)];
  const data = Float32Array.from({ length: width * height * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / (3 * width))];
    return blurred.data[(y * scale * image.width + x * scale) * 3 + (i % 3)] as number;
  });
  return clip({ width, height, data });
}

/** Additive noise, clipped. */
export function withNoise(image: FloatImage, { level, colour }: LevelledNoise, rng: Rng): FloatImage {
  if (typeof colour !== 'string') return clip(addCorrelatedNoise(image, CORRELATED_LEVEL / 255, colour, rng));
  return clip(addGaussianNoise(image, level / 255, colour, rng));
}

/** Noise in proportion to the value, clipped. */
export function withSpeckle(image: FloatImage, { level, colour }: LevelledNoise, rng: Rng): FloatImage {
  if (typeof colour === 'string') return clip(addSpeckleNoise(image, level / 255, colour, rng));
  const noisy = addCorrelatedNoise({ ...image, data: new Float32Array(image.data.length) }, CORRELATED_LEVEL / 255, colour, rng);
  return clip({ ...image, data: image.data.map((value, i) => value + value * (noisy.data[i] as number)) });
}

/** Stored as an 8-bit JPEG file and read again. */
export function storedAsJpeg(image: FloatImage, quality: number): FloatImage {
  return roundTo8Bit(jpeg(roundTo8Bit(image), quality));
}
