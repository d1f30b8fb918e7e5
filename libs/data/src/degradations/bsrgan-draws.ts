import type { Rng } from '@distillery/tensor';
import { drawCovariance, type Matrix } from './correlated-noise';
import { isotropic, type Spread } from './gaussian-kernels';
import { between, chance, integerBetween, oneOf } from './random';
import type { Interpolation } from './resample';

export const INTERPOLATIONS: readonly Interpolation[] = ['bilinear', 'bicubic', 'area'];
/** Odd sides 7, 9, ..., 25. */
const SIDES = Array.from({ length: 10 }, (_, i) => 7 + 2 * i);

export interface GaussianBlur {
  readonly side: number;
  readonly spread: Spread;
}

/** Noise of a level on 0..255. */
export interface LevelledNoise {
  readonly level: number;
  readonly colour: 'colour' | 'grey' | Matrix;
}

/** Level in the covariance of correlated noise: always the largest, whatever was drawn. */
export const CORRELATED_LEVEL = 25;

/**
 * Half the time anisotropic, eigenvalues of the covariance U(0, 4 + scale) each and angle U(0, pi); else isotropic with sigma U(0, 2 + 0.2 scale). Draws
 * which, the side, then these.
 */
export function drawGaussianBlur(rng: Rng, scale: number): GaussianBlur {
  const aniso = chance(rng, 0.5);
  const side = oneOf(rng, SIDES);
  if (!aniso) return { side, spread: isotropic(between(rng, 0, 2 + 0.2 * scale)) };
  const sigma = (): number => Math.sqrt(between(rng, 0, 4 + scale));
  return { side, spread: { sigmaX: sigma(), sigmaY: sigma(), rotation: between(rng, 0, Math.PI) } };
}

/** Level 2..25; colour with probability 0.4, grey 0.4, correlated channels 0.2. Draws the level, the kind, the covariance. */
export function drawLevelledNoise(rng: Rng): LevelledNoise {
  const level = integerBetween(rng, 2, 25);
  const kind = rng.uniform();
  if (kind > 0.6) return { level, colour: 'colour' };
  return { level, colour: kind < 0.4 ? 'grey' : drawCovariance(rng) };
}

/** Quality 30..95, whole. */
export function drawJpegQuality(rng: Rng): number {
  return integerBetween(rng, 30, 95);
}
