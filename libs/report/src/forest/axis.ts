/** A linear axis from `low` to `high` with round ticks. */
export interface Axis {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
}

/** Values further from zero than this many times the typical one are outliers: they are drawn at the edge, with an arrow and their number. */
const OUTLIER = 6;

/** An end of an interval may be this much further from zero than every centre; a longer interval leaves the figure. */
const REACH = 2.5;

/**
 * An axis that shows zero and the values, but for outliers, which would squeeze all others together. `centres` say what is typical (the 75th percentile of their
 * distances from zero), `reach` what should be seen besides (ends of intervals) where that does not squeeze the centres.
 */
export function axisFor(centres: readonly number[], reach: readonly number[] = []): Axis {
  const distances = centres.map(Math.abs).sort((a, b) => a - b);
  const typical = distances[Math.min(distances.length - 1, Math.floor(distances.length * 0.75))] ?? 0;
  const limit = OUTLIER * Math.max(typical, 1e-3);
  const shown = [0, ...centres].filter((value) => Math.abs(value) <= limit);
  const furthest = Math.min(limit, REACH * Math.max(...shown.map(Math.abs)));
  const seen = [...shown, ...reach.filter((value) => Math.abs(value) <= furthest)];
  const [low, high] = [Math.min(...seen), Math.max(...seen)];
  const margin = 0.06 * (high - low || 1);
  return { low: low - margin, high: high + margin, ticks: roundTicks(low - margin, high + margin) };
}

/** 3 to 7 multiples of 1, 2 or 5 times a power of ten between two values. */
export function roundTicks(low: number, high: number): number[] {
  const power = 10 ** Math.floor(Math.log10(high - low));
  const multiples = (step: number): number[] => {
    const [first, last] = [Math.ceil(low / step), Math.floor(high / step)];
    return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
  };
  const candidates = [1, 0.5, 0.2, 0.1].map((factor) => multiples(factor * power));
  return candidates.find((ticks) => ticks.length >= 3) as number[];
}

/** Where a value stands on an axis: per cent from its left end, between 0 and 100, and whether it lies beyond an end. */
export function placeOn({ low, high }: Axis, value: number): { readonly percent: number; readonly beyond: 'left' | 'right' | null } {
  const percent = (100 * (value - low)) / (high - low);
  return {
    percent: Number(Math.min(100, Math.max(0, percent)).toFixed(2)),
    beyond: percent < 0 ? 'left' : percent > 100 ? 'right' : null,
  };
}
