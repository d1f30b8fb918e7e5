import { lrSize, type Degradation } from './degradation';
import { roundTo8Bit } from './float-image';
import { oneOf } from './random';
import { resample, type Interpolation } from './resample';

const INTERPOLATIONS: readonly Interpolation[] = ['bicubic', 'bilinear', 'area'];

/**
 * The degradation that PDD's specialist knows: shrunk by OpenCV's bicubic, bilinear or area, each with probability 1/3 (one draw), rounded to 8 bits; no
 * blur, no noise, no JPEG. The bicubic and bilinear kernels are not widened, so they alias.
 */
export const opencvMix: Degradation = (hr, scale, rng) => roundTo8Bit(resample(hr, lrSize(hr, scale), oneOf(rng, INTERPOLATIONS)));
