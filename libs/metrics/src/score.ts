import type { Image, Plane } from '@distillery/data';
import { CHANNEL_METRIC_IDS, METRICS, type ChannelMetricId } from './every-metric';
import type { ChannelMetric, ComparedPlanes } from './metric';
import { comparedLuma, comparedPlanes, type Protocol } from './protocol';

/** Values by metric of the channels, PSNR and SSIM among them, under the protocol that they carry along. */
export type Score = { readonly protocol: string } & ScoreValues;

/** The same without the protocol, where that stands elsewhere. */
export type ScoreValues = Readonly<Record<ChannelMetricId, number>>;

/** The scores of `a` against `b`, the channels being prepared once. Throws as `psnr` and `ssim` do. */
export function score(a: Image, b: Image, protocol: Protocol, scale: number): Score {
  return scoreOfPlanes(comparedPlanes(a, b, protocol, scale), protocol);
}

/**
 * The scores of a luma network's output (BT.601 luma, 16..235, never rounded) against the luma of an image: what the authors of such
 * networks report. Throws UserError as `score` does, and for a protocol that needs colours.
 */
export function scoreLuma(y: Plane, reference: Image, protocol: Protocol, scale: number): Score {
  return scoreOfPlanes(comparedLuma(y, reference, protocol, scale), protocol);
}

/** The scores of channels as a protocol compares them, see `comparedPlanes`. */
export function scoreOfPlanes(planes: ComparedPlanes, protocol: Protocol): Score {
  return scoreBy(protocol.name, (id) => METRICS[id].measure(planes, protocol));
}

/** A score that has a mean and a JSON form: infinite values count as the largest of their metric (PSNR of equal images as 100 dB). */
export function finiteScore(score: Score): Score {
  return scoreBy(score.protocol, (id) => finiteValue(id, score[id]));
}

/** The same of one value. */
export function finiteValue(id: ChannelMetricId, value: number): number {
  const { largest = Infinity }: ChannelMetric = METRICS[id];
  return Math.min(value, largest);
}

/** The mean over images, as papers report it. Throws RangeError for no scores, or for scores under different protocols. */
export function meanScore(scores: readonly Score[]): Score {
  const [first] = scores;
  if (first === undefined) throw new RangeError('mean of no scores');
  const other = scores.find((s) => s.protocol !== first.protocol);
  if (other !== undefined) throw new RangeError(`scores under ${first.protocol} and ${other.protocol} have no common mean`);
  return scoreBy(first.protocol, (id) => scores.reduce((sum, s) => sum + s[id], 0) / scores.length);
}

/** The values of a score. */
export function scoreValues(score: Score): ScoreValues {
  return valuesBy((id) => score[id]);
}

function scoreBy(protocol: string, value: (id: ChannelMetricId) => number): Score {
  return { protocol, ...valuesBy(value) };
}

function valuesBy(value: (id: ChannelMetricId) => number): ScoreValues {
  return Object.fromEntries(CHANNEL_METRIC_IDS.map((id) => [id, value(id)])) as Record<ChannelMetricId, number>;
}
