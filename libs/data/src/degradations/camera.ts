import type { Degradation } from './degradation';
import { lrSize } from './degradation';
import { filter } from './filter';
import { roundTo8Bit } from './float-image';
import { gaussianKernel } from './gaussian-kernels';
import { jpeg } from './jpeg';
import { addGaussianNoise } from './noise';
import { resample } from './resample';

/** At HR size: slightly defocused, more so across than along. */
const LENS = gaussianKernel(15, { sigmaX: 2.2, sigmaY: 1.4, rotation: 0.5 });
const SENSOR_NOISE = 5 / 255;
const QUALITY = 75;

/**
 * A made-up camera, the same for every image: lens blur, pixels that integrate over their area, sensor noise (all that is drawn), JPEG. Stands in for a real
 * one where there are no photographs, so no method may be told its parameters.
 */
export const camera: Degradation = (hr, scale, rng) => {
  const seen = resample(filter(hr, LENS), lrSize(hr, scale), 'area');
  return roundTo8Bit(jpeg(addGaussianNoise(seen, SENSOR_NOISE, 'colour', rng), QUALITY));
};
