import type { Rng } from '@distillery/tensor';
import { gaussianKernel, generalisedGaussianKernel, isotropic, plateauKernel, type Spread } from './gaussian-kernels';
import type { Kernel } from './kernel';
import type { NoiseColour } from './noise';
import { between, chance, choose, oneOf } from './random';
import type { Interpolation } from './resample';
import { sincKernel } from './sinc-kernel';

/** A blur kernel before it is computed. */
export type BlurDraw =
  | { readonly kind: 'sinc'; readonly side: number; readonly cutoff: number }
  | { readonly kind: 'gaussian'; readonly side: number; readonly spread: Spread }
  | { readonly kind: 'generalised' | 'plateau'; readonly side: number; readonly spread: Spread; readonly beta: number };

export type NoiseDraw =
  | { readonly kind: 'gaussian'; readonly sigma: number; readonly colour: NoiseColour }
  | { readonly kind: 'poisson'; readonly scale: number; readonly colour: NoiseColour };

/** What one round of Real-ESRGAN's degradation is made of. */
export interface RoundDraw {
  /** null: this round does not blur. */
  readonly blur: BlurDraw | null;
  /** Factor on the current size in the first round, on the final LR size in the second. */
  readonly resize: number;
  readonly interpolation: Interpolation;
  readonly noise: NoiseDraw;
  readonly quality: number;
}

/** What distinguishes the two rounds. */
export interface RoundLaw {
  readonly blur: number;
  readonly maxSigma: number;
  readonly resize: { readonly up: number; readonly down: number; readonly keep: number };
  readonly up: number;
  readonly down: number;
  readonly maxGaussian: number;
  readonly maxPoisson: number;
}

export const FIRST_ROUND: RoundLaw = {
  blur: 1,
  maxSigma: 3,
  resize: { up: 0.2, down: 0.7, keep: 0.1 },
  up: 1.5,
  down: 0.15,
  maxGaussian: 30,
  maxPoisson: 3,
};

export const SECOND_ROUND: RoundLaw = {
  blur: 0.8,
  maxSigma: 1.5,
  resize: { up: 0.3, down: 0.4, keep: 0.3 },
  up: 1.2,
  down: 0.3,
  maxGaussian: 25,
  maxPoisson: 2.5,
};

export const INTERPOLATIONS: readonly Interpolation[] = ['adaptive-area', 'bilinear', 'bicubic'];
/** Odd sides 7, 9, ..., 21. */
const SIDES = Array.from({ length: 8 }, (_, i) => 7 + 2 * i);
const SINC = 0.1;
const MIN_SIGMA = 0.2;
const GREY = 0.4;
const KERNELS = {
  iso: 0.45,
  aniso: 0.25,
  'generalised-iso': 0.12,
  'generalised-aniso': 0.03,
  'plateau-iso': 0.12,
  'plateau-aniso': 0.03,
} as const;

/**
 * Draws a round: [whether it blurs, where that is not certain;] the blur; the direction of resizing, its factor unless kept; the interpolation;
 * the kind of noise, its strength, its colour; the JPEG quality.
 */
export function drawRound(rng: Rng, law: RoundLaw): RoundDraw {
  const blur = law.blur === 1 || chance(rng, law.blur) ? drawBlur(rng, law.maxSigma) : null;
  const direction = choose(rng, law.resize);
  const resize = direction === 'keep' ? 1 : direction === 'up' ? between(rng, 1, law.up) : between(rng, law.down, 1);
  const interpolation = oneOf(rng, INTERPOLATIONS);
  const noise: NoiseDraw = chance(rng, 0.5)
    ? { kind: 'gaussian', sigma: between(rng, 1, law.maxGaussian) / 255, colour: drawColour(rng) }
    : { kind: 'poisson', scale: between(rng, 0.05, law.maxPoisson), colour: drawColour(rng) };
  return { blur, resize, interpolation, noise, quality: drawQuality(rng) };
}

/** Uniform in 30..95, not necessarily whole. */
function drawQuality(rng: Rng): number {
  return between(rng, 30, 95);
}

/** The last filter: a sinc of cut-off U(pi / 3, pi) with probability 0.8, else none. Draws whether, side, cut-off. */
export function drawFinalSinc(rng: Rng): BlurDraw | null {
  return chance(rng, 0.8) ? { kind: 'sinc', side: oneOf(rng, SIDES), cutoff: between(rng, Math.PI / 3, Math.PI) } : null;
}

function drawColour(rng: Rng): NoiseColour {
  return chance(rng, GREY) ? 'grey' : 'colour';
}

/** Draws the side; whether it is a sinc, and its cut-off; else the shape, sigma (twice and the rotation if anisotropic), beta. */
function drawBlur(rng: Rng, maxSigma: number): BlurDraw {
  const side = oneOf(rng, SIDES);
  if (chance(rng, SINC)) return { kind: 'sinc', side, cutoff: between(rng, side < 13 ? Math.PI / 3 : Math.PI / 5, Math.PI) };
  const shape = choose(rng, KERNELS);
  const spread = drawSpread(rng, maxSigma, shape.endsWith('aniso'));
  if (shape === 'iso' || shape === 'aniso') return { kind: 'gaussian', side, spread };
  if (shape.startsWith('generalised')) {
    return { kind: 'generalised', side, spread, beta: chance(rng, 0.5) ? between(rng, 0.5, 1) : between(rng, 1, 4) };
  }
  // The lower range of the plateau's shape is 1 to 1.
  return { kind: 'plateau', side, spread, beta: chance(rng, 0.5) ? 1 : between(rng, 1, 2) };
}

function drawSpread(rng: Rng, maxSigma: number, aniso: boolean): Spread {
  const sigmaX = between(rng, MIN_SIGMA, maxSigma);
  if (!aniso) return isotropic(sigmaX);
  return { sigmaX, sigmaY: between(rng, MIN_SIGMA, maxSigma), rotation: between(rng, -Math.PI, Math.PI) };
}

/** The kernel that was drawn. */
export function kernelFor(draw: BlurDraw): Kernel {
  switch (draw.kind) {
    case 'sinc':
      return sincKernel(draw.side, draw.cutoff);
    case 'gaussian':
      return gaussianKernel(draw.side, draw.spread);
    case 'generalised':
      return generalisedGaussianKernel(draw.side, draw.spread, draw.beta);
    case 'plateau':
      return plateauKernel(draw.side, draw.spread, draw.beta);
  }
}
