import { kernelOf, type Kernel } from './kernel';

/**
 * Circular low-pass filter: omega J1(omega r) / (2 pi r) at distance r, omega^2 / (4 pi) at the centre, divided by the sum. Its ringing
 * is that of sharpened and compressed photographs (Real-ESRGAN, ICCVW 2021, section 3.3). `cutoff`: omega, radians per pixel.
 */
export function sincKernel(side: number, cutoff: number): Kernel {
  return kernelOf(side, (dx, dy) => {
    const r = Math.hypot(dx, dy);
    return r === 0 ? cutoff ** 2 / (4 * Math.PI) : (cutoff * besselJ1(cutoff * r)) / (2 * Math.PI * r);
  });
}

const NODES = 128;

/**
 * Bessel function J1(x) = (1 / pi) integral of cos(t - x sin t) over 0..pi, by the midpoint rule, which for this periodic integrand converges
 * faster than any power of the number of nodes: exact to 1e-14 for |x| < 100.
 */
export function besselJ1(x: number): number {
  let sum = 0;
  for (let i = 0; i < NODES; i++) {
    const t = (Math.PI * (i + 0.5)) / NODES;
    sum += Math.cos(t - x * Math.sin(t));
  }
  return sum / NODES;
}
