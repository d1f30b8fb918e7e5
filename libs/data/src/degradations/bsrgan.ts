import type { Rng } from '@distillery/tensor';
import type { Size } from '../image';
import { resizeBicubicPlane } from '../resize';
import {
  drawGaussianBlur,
  drawJpegQuality,
  drawLevelledNoise,
  INTERPOLATIONS,
  type GaussianBlur,
  type LevelledNoise,
} from './bsrgan-draws';
import { blurredAndPicked, gaussianBlurred, resized, storedAsJpeg, withNoise } from './bsrgan-stages';
import { lrSize, scaledBy, type Degradation } from './degradation';
import { clip, type FloatImage } from './float-image';
import { between, chance, oneOf } from './random';
import type { Interpolation } from './resample';

/** One of the operations that come in random order. */
export type Stage =
  | { readonly kind: 'blur'; readonly blur: GaussianBlur }
  /** By a factor below 1, or by blurring and picking pixels. */
  | { readonly kind: 'shrink'; readonly factor: number; readonly interpolation: Interpolation }
  | { readonly kind: 'pick'; readonly sigma: number }
  /** To the final size. */
  | { readonly kind: 'finish'; readonly interpolation: Interpolation }
  | { readonly kind: 'noise'; readonly noise: LevelledNoise }
  | { readonly kind: 'jpeg'; readonly quality: number }
  | { readonly kind: 'nothing' };

/** Everything that is drawn for one image, but for the noise itself. */
export interface BsrganDraw {
  /** The halving that comes first, at scale 4 only. null: none. */
  readonly halving: Interpolation | 'matlab-bicubic' | null;
  readonly stages: readonly Stage[];
  /** Of the last JPEG. */
  readonly quality: number;
}

/** Operations by number; 2 must come before 3. The seventh is a camera's processing, whose model is not published: nothing. */
const STAGES = 7;

/**
 * Draws the halving (scale 4: whether, p 0.25; by which library; OpenCV's interpolation), the order, each stage's parameters in that order, the last quality. After
 * the halving the scale of everything else is 2.
 */
export function drawBsrgan(rng: Rng, scale: number): BsrganDraw {
  const halving = scale === 4 && chance(rng, 0.25) ? (chance(rng, 0.5) ? oneOf(rng, INTERPOLATIONS) : 'matlab-bicubic') : null;
  const left = halving === null ? scale : 2;
  const order = rng.shuffle(Array.from({ length: STAGES }, (_, i) => i));
  const [shrink, finish] = [order.indexOf(2), order.indexOf(3)];
  if (shrink > finish) [order[shrink], order[finish]] = [3, 2];
  return { halving, stages: order.map((stage) => drawStage(rng, stage, left)), quality: drawJpegQuality(rng) };
}

function drawStage(rng: Rng, stage: number, scale: number): Stage {
  switch (stage) {
    case 0:
    case 1:
      return { kind: 'blur', blur: drawGaussianBlur(rng, scale) };
    case 2:
      return chance(rng, 0.75)
        ? { kind: 'shrink', factor: 1 / between(rng, 1, 2 * scale), interpolation: oneOf(rng, INTERPOLATIONS) }
        : { kind: 'pick', sigma: between(rng, 0.1, 0.6 * scale) };
    case 3:
      return { kind: 'finish', interpolation: oneOf(rng, INTERPOLATIONS) };
    case 4:
      return { kind: 'noise', noise: drawLevelledNoise(rng) };
    case 5:
      return chance(rng, 0.9) ? { kind: 'jpeg', quality: drawJpegQuality(rng) } : { kind: 'nothing' };
    default:
      return { kind: 'nothing' };
  }
}

/**
 * BSRGAN's degradation (Zhang et al., ICCV 2021): two blurs, two shrinkings, noise and JPEG in random order, the first shrinking before the second; then
 * one more JPEG. Draws all of `drawBsrgan` first, then the noise.
 */
export const bsrgan: Degradation = (hr, scale, rng) => applyBsrgan(hr, drawBsrgan(rng, scale), scale, rng);

/** The degradation with everything given but the noise. */
export function applyBsrgan(hr: FloatImage, { halving, stages, quality }: BsrganDraw, scale: number, rng: Rng): FloatImage {
  const size = lrSize(hr, scale);
  const half = { width: hr.width / 2, height: hr.height / 2 };
  const begun = halving === null ? hr : halving === 'matlab-bicubic' ? matlabBicubic(hr, half) : resized(hr, half, halving);
  const left = halving === null ? scale : 2;
  const done = stages.reduce((image, stage) => applyStage(image, stage, left, size, rng), begun);
  return storedAsJpeg(done, quality);
}

function applyStage(image: FloatImage, stage: Stage, scale: number, final: Size, rng: Rng): FloatImage {
  switch (stage.kind) {
    case 'blur':
      return gaussianBlurred(image, stage.blur);
    case 'shrink':
      return resized(image, scaledBy(image, stage.factor), stage.interpolation);
    case 'pick':
      return blurredAndPicked(image, scale, stage.sigma);
    case 'finish':
      return resized(image, final, stage.interpolation);
    case 'noise':
      return withNoise(image, stage.noise, rng);
    case 'jpeg':
      return storedAsJpeg(image, stage.quality);
    case 'nothing':
      return image;
  }
}

/** MATLAB's imresize in floating point, clipped. */
function matlabBicubic({ width, height, data }: FloatImage, size: Size): FloatImage {
  const out = new Float32Array(size.width * size.height * 3);
  for (let c = 0; c < 3; c++) {
    const plane = Float64Array.from({ length: width * height }, (_, i) => data[3 * i + c] as number);
    resizeBicubicPlane({ width, height, data: plane }, size).data.forEach((value, i) => (out[3 * i + c] = value));
  }
  return clip({ ...size, data: out });
}
