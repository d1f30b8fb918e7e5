import tQuantile from '@stdlib/stats-base-dists-t-quantile';

export type Interval = readonly [low: number, high: number];

/** Level of every interval in the reports. */
export const CONFIDENCE = 0.95;

/** Arithmetic mean, standard deviation (divisor n - 1), and the mean's 95 % t interval. */
export interface Summary {
  readonly n: number;
  readonly mean: number;
  /** null for a single value, as is `ci`: one value says nothing of spread. */
  readonly sd: number | null;
  readonly ci: Interval | null;
}

/** mean +- t(n - 1) sd / sqrt(n). Throws RangeError without values. */
export function summarise(values: readonly number[]): Summary {
  const n = values.length;
  const mean = meanOf(values);
  if (n === 1) return { n, mean, sd: null, ci: null };
  const variance = sumOfSquares(values, mean) / (n - 1);
  return { n, mean, sd: Math.sqrt(variance), ci: tInterval(mean, variance / n, n - 1) };
}

/** The mean of paired differences over seeds x images, with an interval that covers what there is more than one of. */
export interface PairedDifference {
  readonly seeds: number;
  readonly images: number;
  readonly mean: number;
  readonly ci: Interval | null;
  /** Standard error of the mean, from which the interval is made; null without one. */
  readonly se: number | null;
  /** Satterthwaite's degrees of freedom of the interval; null without one. */
  readonly df: number | null;
  /** What may be drawn anew in a repetition that the interval still covers. With one seed it says nothing of training noise. */
  readonly covers: 'seeds and images' | 'seeds' | 'images' | 'nothing';
}

/**
 * 95 % interval of the mean of `differences[seed][image]` = better - worse, both trained with that seed and scored on that image.
 *
 * Seeds and images are crossed random effects, d = mu + seed + image + rest (two-way ANOVA without replication), so
 * Var(mean) = (MS_seed + MS_image - MS_rest) / (S I), degrees of freedom after Satterthwaite (1946). An effect whose mean square
 * is below MS_rest is estimated as zero: then the largest of the three stands alone, with its own degrees of freedom. With one
 * seed or one image it is the t interval over the other. Treating all S x I differences as independent would make the interval
 * far too narrow, as the images are the same for every seed. Throws RangeError if the table is empty or ragged.
 */
export function pairedDifference(differences: readonly (readonly number[])[]): PairedDifference {
  const seeds = differences.length;
  const images = differences[0]?.length ?? 0;
  if (images === 0 || differences.some((row) => row.length !== images))
    throw new RangeError('expected as many differences for every seed, at least one');
  const seedMeans = differences.map(meanOf);
  const imageMeans = Array.from({ length: images }, (_, i) => meanOf(differences.map((row) => row[i] as number)));
  const mean = meanOf(seedMeans);
  if (seeds === 1 || images === 1) {
    const { n, sd, ci } = summarise(seeds === 1 ? imageMeans : seedMeans);
    const covers = n === 1 ? 'nothing' : seeds === 1 ? 'images' : 'seeds';
    return { seeds, images, mean, ci, se: sd === null ? null : sd / Math.sqrt(n), df: ci && n - 1, covers };
  }
  const rest = differences.flatMap((row, s) => row.map((d, i) => d - (seedMeans[s] as number) - (imageMeans[i] as number) + mean));
  const { value, df } = meanSquareOfMean(
    meanSquare(images * sumOfSquares(seedMeans, mean), seeds - 1),
    meanSquare(seeds * sumOfSquares(imageMeans, mean), images - 1),
    meanSquare(sumOfSquares(rest, 0), (seeds - 1) * (images - 1)),
  );
  const variance = value / (seeds * images);
  return { seeds, images, mean, ci: tInterval(mean, variance, df), se: Math.sqrt(variance), df, covers: 'seeds and images' };
}

interface MeanSquare {
  readonly value: number;
  readonly df: number;
}

function meanSquare(sum: number, df: number): MeanSquare {
  return { value: sum / df, df };
}

function meanSquareOfMean(seeds: MeanSquare, images: MeanSquare, rest: MeanSquare): MeanSquare {
  const all = [seeds, images, rest];
  if (rest.value >= Math.min(seeds.value, images.value)) return all.reduce((a, b) => (b.value > a.value ? b : a));
  const value = seeds.value + images.value - rest.value;
  return { value, df: value ** 2 / all.reduce((sum, part) => sum + part.value ** 2 / part.df, 0) };
}

function tInterval(mean: number, variance: number, df: number): Interval {
  const half = tQuantile((1 + CONFIDENCE) / 2, df) * Math.sqrt(variance);
  return [mean - half, mean + half];
}

function meanOf(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('the mean of no values');
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function sumOfSquares(values: readonly number[], centre: number): number {
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
}
