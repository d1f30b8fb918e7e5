import { kernelOf, type Kernel } from './kernel';

/** An ellipse of blur: standard deviations in pixels along two axes, the first turned by `rotation` radians from x towards y. */
export interface Spread {
  readonly sigmaX: number;
  readonly sigmaY: number;
  readonly rotation: number;
}

/** The same in all directions. */
export function isotropic(sigma: number): Spread {
  return { sigmaX: sigma, sigmaY: sigma, rotation: 0 };
}

/** Gaussian: exp(-q / 2), q = x^T S^-1 x, S = R diag(sigmaX^2, sigmaY^2) R^T. */
export function gaussianKernel(side: number, spread: Spread): Kernel {
  return generalisedGaussianKernel(side, spread, 1);
}

/** Generalised Gaussian: exp(-q^beta / 2). Sharper peaked than a Gaussian for beta < 1, flatter for beta > 1. */
export function generalisedGaussianKernel(side: number, spread: Spread, beta: number): Kernel {
  const q = quadraticForm(spread);
  return kernelOf(side, (dx, dy) => Math.exp(-0.5 * q(dx, dy) ** beta));
}

/** Plateau: 1 / (1 + q^beta), of heavier tails than a Gaussian. */
export function plateauKernel(side: number, spread: Spread, beta: number): Kernel {
  const q = quadraticForm(spread);
  return kernelOf(side, (dx, dy) => 1 / (1 + q(dx, dy) ** beta));
}

function quadraticForm({ sigmaX, sigmaY, rotation }: Spread): (dx: number, dy: number) => number {
  const [cos, sin] = [Math.cos(rotation), Math.sin(rotation)];
  return (dx, dy) => ((cos * dx + sin * dy) / sigmaX) ** 2 + ((cos * dy - sin * dx) / sigmaY) ** 2;
}
