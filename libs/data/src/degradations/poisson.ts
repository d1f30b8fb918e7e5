import type { Rng } from '@distillery/tensor';

/**
 * A Poisson variate of mean lambda >= 0. Below 10 by multiplying uniforms (Knuth); from there on by transformed rejection (Hoermann 1993, algorithm
 * PTRS), two uniforms a trial. A number of draws that depends on the outcome.
 */
export function poisson(lambda: number, rng: Rng): number {
  return lambda < 10 ? byProducts(lambda, rng) : byRejection(lambda, rng);
}

function byProducts(lambda: number, rng: Rng): number {
  const limit = Math.exp(-lambda);
  let k = 0;
  for (let product = rng.uniform(); product > limit; product *= rng.uniform()) k++;
  return k;
}

function byRejection(lambda: number, rng: Rng): number {
  const b = 0.931 + 2.53 * Math.sqrt(lambda);
  const a = -0.059 + 0.02483 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const vr = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = rng.uniform() - 0.5;
    const v = rng.uniform();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + lambda + 0.43);
    if (us >= 0.07 && v <= vr) return k;
    if (k < 0 || (us < 0.013 && v > us)) continue;
    if (Math.log((v * inverseAlpha) / (a / (us * us) + b)) <= k * Math.log(lambda) - lambda - logFactorial(k)) return k;
  }
}

/** log k! for k >= 0: summed to 10, then Stirling's series, exact to 1e-12. */
export function logFactorial(k: number): number {
  let shift = 0;
  let n = k;
  while (n < 10) shift += Math.log(++n);
  const x = n + 1;
  const series = 1 / (12 * x) - 1 / (360 * x ** 3) + 1 / (1260 * x ** 5) - 1 / (1680 * x ** 7);
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series - shift;
}
