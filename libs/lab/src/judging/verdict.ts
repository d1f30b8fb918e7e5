import { METRICS } from '@distillery/metrics';
import type { Claim, DirectionClaim } from '../experiment/claim';
import { pairClaim, scoresOfClaim, type Pairs } from './compare';
import { whyNoEvidence } from '../experiment/evidence';
import type { Tier } from '../experiment/recipe';
import type { RunResult } from '../store/run-result';
import { FLAT, flatLimit, publishedEffect, underTrained, whyUnderTrained } from './convergence';
import { pValue, smallestDetectable } from './power';
import { pairedDifference, summarise, type Interval } from './statistics';

export const VERDICTS = ['reproduced', 'within tolerance', 'contradicted', 'inconclusive', 'under-trained', 'not judged'] as const;
export type VerdictKind = (typeof VERDICTS)[number];

/** Whether a verdict says something of the claim: its arms were run and had finished learning. */
export function isDecided({ kind }: Pick<Verdict, 'kind'>): boolean {
  return kind !== 'under-trained' && kind !== 'not judged';
}

/** What our runs say of a claim. */
export interface Verdict {
  /** The claim's id. */
  readonly claim: string;
  readonly kind: VerdictKind;
  /** The data set it speaks of; null for all of them together. */
  readonly dataset: string | null;
  readonly seeds: number;
  readonly images: number;
  /** Values compared: seeds x images. 0 if none. */
  readonly n: number;
  /** Ours minus published; for a direction the gain in its sense: positive agrees with the claim. */
  readonly meanDifference: number | null;
  /** 95 % interval of the mean difference; null where it cannot be had. */
  readonly ci: Interval | null;
  /** Two-sided p value of the mean difference against zero; null for claims of equality and of absolute numbers, and where there is no interval. */
  readonly p: number | null;
  /** The smallest difference that would have been found with 80 % probability, see `smallestDetectable`. */
  readonly detectable: number | null;
  /** Why, in a clause without the numbers above and without a full stop. */
  readonly reason: string;
}

/**
 * Verdict on a published number. Only the full tier can speak of magnitudes. The published mean is over a fixed set of images, so
 * the interval is over seeds: |ours - published| within the bands, unless the spread over seeds is wider than the tolerance;
 * beyond the tolerance it is contradicted only if the whole interval is.
 */
export function claimVerdict(claim: Claim, runs: readonly RunResult[], tier: Tier): Verdict {
  const give = (kind: VerdictKind, reason: string): Verdict => ({ ...nothing(claim.id, claim.dataset), kind, reason });
  const nothingToJudge = whyNoEvidence(tier);
  if (nothingToJudge !== null) return give('not judged', nothingToJudge);
  if (tier !== 'full') return give('not judged', 'absolute numbers are compared at the full tier only');
  const scores = scoresOfClaim(claim, runs);
  if (scores.perSeed.length === 0)
    return give('not judged', `no finished run of this network under ${protocolName(claim)} on ${claim.dataset}`);
  if (claim.value === null || !claim.verified) return give('inconclusive', 'the published value is not available');
  const published = claim.value;
  const { n, mean, ci } = summarise(scores.perSeed.map((score) => score - published));
  const unfinished = whyUnderTrained({ arm: claim.arm ?? '', network: claim.network }, claim, runs, FLAT);
  const [kind, why]: [VerdictKind, string] = unfinished
    ? ['under-trained', unfinished]
    : judgeMagnitude(mean, ci, METRICS[claim.metric].bands, scores.standIn);
  return {
    ...nothing(claim.id, claim.dataset),
    kind,
    dataset: claim.dataset,
    seeds: n,
    images: scores.images,
    n: n * scores.images,
    meanDifference: mean,
    ci,
    reason: joined(why, claim.suspect && `the printed value is doubted: ${claim.suspect}`),
  };
}

function judgeMagnitude(
  mean: number,
  ci: Interval | null,
  band: { reproduced: number; tolerance: number },
  standIn: string | null,
): [VerdictKind, string] {
  if (standIn !== null) return ['inconclusive', `${standIn}, so that the number is not the paper's`];
  if (ci && (ci[1] - ci[0]) / 2 > band.tolerance) return ['inconclusive', 'the spread over seeds is wider than the tolerance'];
  const once = ci ? '' : ' (one seed)';
  if (Math.abs(mean) <= band.reproduced) return ['reproduced', `within ${band.reproduced} of the published value${once}`];
  if (Math.abs(mean) <= band.tolerance) return ['within tolerance', `within ${band.tolerance} of the published value${once}`];
  if (ci && (ci[0] > band.tolerance || ci[1] < -band.tolerance))
    return ['contradicted', `the interval lies beyond the tolerance of ${band.tolerance}`];
  return [
    'inconclusive',
    `beyond the tolerance of ${band.tolerance}, but ${ci ? 'the interval reaches into it' : 'one seed cannot contradict'}`,
  ];
}

/** Verdicts on a direction, for every data set that both networks were scored on and for all their images together. */
export interface DirectionVerdicts {
  readonly overall: Verdict;
  readonly byDataset: readonly Verdict[];
}

/**
 * Fewer images than this do not show how much images differ: with two, an interval is three times as wide as with five. Then the mean over the images is
 * compared, seed by seed, and the verdict speaks of these images alone.
 */
const FEW_IMAGES = 5;

/**
 * Verdict on a published direction, from the small tier up: differences paired by seed and image, reproduced if the 95 % interval
 * (see `pairedDifference`) excludes zero on the claimed side, contradicted if on the other, else inconclusive. A claim of equality
 * (`within`) is reproduced if the interval lies within that margin, contradicted if it lies outside. One seed is never enough. Under-trained,
 * whatever the interval, unless both arms had finished learning (see `underTrained`).
 */
export function directionVerdict(claim: DirectionClaim, runs: readonly RunResult[], tier: Tier): DirectionVerdicts {
  const none = nothing(claim.id, null);
  const nothingToJudge = whyNoEvidence(tier);
  if (nothingToJudge !== null) return { overall: { ...none, reason: nothingToJudge }, byDataset: [] };
  const pairs = pairClaim(claim, runs);
  const first = pairs[0];
  if (!first) return { overall: { ...none, reason: 'no finished runs of both sides with the same seed, engine and data' }, byDataset: [] };
  const datasets = pairs.map(({ dataset }) => dataset);
  const unfinished = underTrained(claim, runs, flatLimit(claim, datasets));
  const judge = (pair: Pairs, on: readonly string[]): Verdict => judgePairs(claim, pair, on, unfinished);
  const byDataset = pairs.map((pair) => judge(pair, [pair.dataset]));
  if (pairs.length === 1) return { overall: { ...(byDataset[0] as Verdict), dataset: null }, byDataset };
  const seeds = first.seeds.filter((seed) => pairs.every((pair) => pair.seeds.includes(seed)));
  if (seeds.length === 0) return { overall: { ...none, reason: 'no seed was scored on all data sets' }, byDataset };
  const gains = seeds.map((seed) => pairs.flatMap((pair) => pair.gains[pair.seeds.indexOf(seed)] as readonly number[]));
  return { overall: judge({ ...first, seeds, gains }, datasets), byDataset };
}

/** Verdict of all images of some data sets together. */
function judgePairs(claim: DirectionClaim, { gains, standIn }: Pairs, datasets: readonly string[], unfinished: string | null): Verdict {
  const images = gains[0]?.length ?? 0;
  const few = images < FEW_IMAGES && gains.length > 1;
  const difference = pairedDifference(few ? gains.map((row) => [row.reduce((sum, gain) => sum + gain, 0) / row.length]) : gains);
  const { seeds, mean, ci } = difference;
  const published = publishedEffect(claim, datasets);
  const [kind, why] = unfinished
    ? (['under-trained', unfinished] as const)
    : seeds < 2 || !ci
      ? oneSeed(seeds)
      : claim.within === undefined
        ? judgeSign(ci, published)
        : judgeEquality(ci, claim.within);
  const notes = [few ? `of these ${images} images alone, too few to speak of others` : null, standIn];
  return {
    claim: claim.id,
    kind,
    dataset: datasets.length === 1 ? (datasets[0] as string) : null,
    seeds,
    images,
    n: seeds * images,
    meanDifference: mean,
    ci,
    p: claim.within === undefined ? pValue(difference) : null,
    detectable: smallestDetectable(difference),
    reason: joined(why, ...notes),
  };
}

function oneSeed(seeds: number): [VerdictKind, string] {
  return ['inconclusive', seeds < 2 ? 'one seed says nothing of training noise' : 'too few values for an interval'];
}

function judgeSign([low, high]: Interval, published: number | null): [VerdictKind, string] {
  if (low > 0) return ['reproduced', 'the interval lies on the claimed side of zero'];
  if (high < 0) return ['contradicted', 'the interval lies on the other side of zero'];
  if (published !== null && high - low > Math.abs(published))
    return ['inconclusive', 'cannot tell: the interval includes zero and is wider than the published difference'];
  const excluded = published !== null && excludes([low, high], published);
  return [
    'inconclusive',
    excluded ? 'the interval includes zero and excludes a difference as large as published' : 'the interval includes zero',
  ];
}

/** Whether a published difference lies beyond an interval on the claimed side: whatever there is, is smaller. */
export function excludes([, high]: Interval, published: number): boolean {
  return published > 0 && high < published;
}

function judgeEquality([low, high]: Interval, margin: number): [VerdictKind, string] {
  if (low > -margin && high < margin) return ['reproduced', `the interval lies within the margin of ${margin}`];
  if (low > margin || high < -margin) return ['contradicted', `the interval lies outside the margin of ${margin}`];
  return ['inconclusive', `the interval crosses the margin of ${margin}`];
}

function nothing(claim: string, dataset: string | null): Verdict {
  return {
    claim,
    kind: 'not judged',
    dataset,
    seeds: 0,
    images: 0,
    n: 0,
    meanDifference: null,
    ci: null,
    p: null,
    detectable: null,
    reason: '',
  };
}

function joined(...parts: readonly (string | null | undefined)[]): string {
  return parts.filter(Boolean).join('; ');
}

function protocolName({ protocol, selfEnsemble }: Claim): string {
  return selfEnsemble ? `${protocol} with self-ensemble` : protocol;
}
