/** A blur kernel: `weights[y * width + x]`, width and height odd, weights sum to 1. */
export interface Kernel {
  readonly width: number;
  readonly height: number;
  readonly weights: Float64Array;
}

/** The square kernel of `side` with weight f(dx, dy) at the offset (dx, dy) from its centre, divided by the sum. */
export function kernelOf(side: number, f: (dx: number, dy: number) => number): Kernel {
  const radius = (side - 1) / 2;
  const weights = Float64Array.from({ length: side * side }, (_, i) => f((i % side) - radius, Math.floor(i / side) - radius));
  const sum = weights.reduce((a, b) => a + b, 0);
  return { width: side, height: side, weights: weights.map((weight) => weight / sum) };
}
