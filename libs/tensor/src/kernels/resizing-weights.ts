/** How positions before and after resizing correspond. With neither option, element i comes from i from / to, as in early TensorFlow. */
export interface ResizingCentres {
  /** The first and the last elements keep their places: i comes from i (from - 1) / (to - 1). */
  readonly alignCorners: boolean;
  /** Elements are areas, whose centres correspond: i comes from (i + 1/2) from / to - 1/2. PyTorch's convention. */
  readonly halfPixelCenters: boolean;
}

export type Interpolation = 'bilinear' | 'nearest';

/** Where each of `to` elements comes from, in units of the `from` elements; `shift` is added to the element's own number before and stays in. */
function positions(from: number, to: number, { alignCorners, halfPixelCenters }: ResizingCentres): { shift: number; at: number[] } {
  const aligned = alignCorners && to > 1;
  const [numerator, denominator] = aligned ? [from - 1, to - 1] : [from, to];
  const shift = halfPixelCenters ? 0.5 : 0;
  // Multiplied before it is divided: a whole position comes out whole.
  return { shift, at: Array.from({ length: to }, (_, i) => ((i + shift) * numerator) / denominator) };
}

/** The element that each of `to` elements repeats. */
export function nearestSources(from: number, to: number, centres: ResizingCentres): number[] {
  // Between centres, rounding position - 1/2 is rounding position down.
  const rounding = centres.alignCorners ? 0.5 : 0;
  return positions(from, to, centres).at.map((position) => Math.min(Math.floor(position + rounding), from - 1));
}

/** Resizing one axis as a matrix `[to, from]`, row by row: y = W x. */
export function resizingWeights(interpolation: Interpolation, from: number, to: number, centres: ResizingCentres): Float32Array {
  const weights = new Float32Array(to * from);
  if (interpolation === 'nearest') {
    nearestSources(from, to, centres).forEach((k, i) => (weights[i * from + k] = 1));
    return weights;
  }
  const { at, shift } = positions(from, to, centres);
  at.forEach((position, i) => {
    const clamped = Math.min(Math.max(position - shift, 0), from - 1);
    const low = Math.floor(clamped);
    weights[i * from + low] = 1 - (clamped - low);
    if (clamped > low) weights[i * from + low + 1] = clamped - low;
  });
  return weights;
}

/** How often the nearest neighbour repeats every element, if each equally often; else null. */
export function repetition(from: number, to: number, { alignCorners }: ResizingCentres): number | null {
  const factor = to / from;
  return Number.isInteger(factor) && (factor === 1 || !alignCorners) ? factor : null;
}
