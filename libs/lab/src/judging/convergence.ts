import { isDeepStrictEqual } from 'node:util';
import { isShrunk } from '@distillery/data';
import { METRICS } from '@distillery/metrics';
import type { ArmRef, DirectionClaim } from '../experiment/claim';
import type { Recipe } from '../experiment/recipe';
import type { RunResult, ValidationCurves } from '../store/run-result';

/** What the last third of training may gain on the validation set where no effect is published, dB. A published difference below it claims no effect. */
export const FLAT = 0.03;

/** The published difference that a claim's numbers on these data sets stand against: the mean over those it was published on; null if it was on none of them. */
export function publishedEffect({ published, verified }: DirectionClaim, datasets: readonly string[]): number | null {
  const gains = Object.entries((verified && published) || {}).flatMap(([dataset, gain]) => (datasets.includes(dataset) ? [gain] : []));
  return gains.length > 0 ? mean(gains) : null;
}

/**
 * What the last third of an arm's training may gain for a claim to be judged, dB: a third of the published difference or of the margin of a claim of equality;
 * `FLAT` where neither is known or the metric is not PSNR.
 */
export function flatLimit(claim: DirectionClaim, datasets: readonly string[]): number {
  if (claim.metric !== 'psnr') return FLAT;
  if (claim.within !== undefined) return claim.within / 3;
  const effect = Math.abs(publishedEffect(claim, datasets) ?? 0);
  return effect >= FLAT ? effect / 3 : FLAT;
}

/**
 * How an arm's network did on the validation set, averaged over runs, dB: PSNR after the last step, the best of the curve, and what the last third of the steps added. The latter is
 * the rise of the straight line through its points (least squares): single points jump by as much as is asked about.
 */
export interface Settled {
  readonly set: string;
  readonly last: number;
  readonly best: number;
  readonly gain: number;
  readonly bicubic: number;
}

/** null if a run has no validation curve of the network of at least three points, whose last third can be told from the rest. */
export function settled(runs: readonly RunResult[], network: string): Settled | null {
  const seen = runs.map(({ validation }) => validation && ofCurve(validation, network));
  if (seen.length === 0 || seen.some((one) => !one)) return null;
  const all = seen as Settled[];
  const average = (part: 'last' | 'best' | 'gain' | 'bicubic'): number => mean(all.map((one) => one[part]));
  return { set: (all[0] as Settled).set, last: average('last'), best: average('best'), gain: average('gain'), bicubic: average('bicubic') };
}

function ofCurve({ set, bicubic, networks }: ValidationCurves, network: string): Settled | null {
  const curve = networks[network] ?? [];
  const end = curve.at(-1);
  if (!end || curve.length < 3) return null;
  const third = end[0] / 3;
  const lastThird: Point[] = [[2 * third, valueAt(curve, 2 * third)], ...curve.filter(([step]) => step > 2 * third)];
  return { set, bicubic, last: end[1], best: Math.max(...curve.map(([, psnr]) => psnr)), gain: third * slope(lastThird) };
}

type Point = readonly [step: number, psnr: number];

/** Of the straight line through points, by least squares. */
function slope(points: readonly Point[]): number {
  const [step, psnr] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  const along = points.reduce((sum, [x, y]) => sum + (x - step) * (y - psnr), 0);
  return along / points.reduce((sum, [x]) => sum + (x - step) ** 2, 0);
}

/** A curve's value at a step, linear between its points. */
function valueAt(curve: readonly Point[], step: number): number {
  const after = curve.findIndex(([at]) => at >= step);
  const [x1, y1] = curve[after] as Point;
  if (after === 0) return y1;
  const [x0, y0] = curve[after - 1] as Point;
  return y0 + ((step - x0) / (x1 - x0)) * (y1 - y0);
}

/**
 * Why a claim cannot be judged because one of its arms had not finished learning; null if both had. An arm has flattened if the last third of its training
 * gained less than `limit` dB on the validation set, averaged over its runs. One that was never above bicubic is under-trained whatever its curve, but for LPIPS,
 * for which networks give up PSNR on purpose, and on captured pairs, whose degradation no network was trained on: there published generalists are below bicubic
 * too (compact Real-ESRGAN x4 on City100-NikonD5500-shrunk-validate, luma: 37.48 dB, bicubic 38.12). One that was above it and ends below was taken there by
 * its objective, which is a finding.
 */
export function underTrained(
  claim: Pick<DirectionClaim, 'better' | 'worse' | 'metric' | 'scale'>,
  runs: readonly RunResult[],
  limit: number,
): string | null {
  return whyUnderTrained(claim.better, claim, runs, limit) ?? whyUnderTrained(claim.worse, claim, runs, limit);
}

/** The same of one arm. */
export function whyUnderTrained(
  { arm, network }: ArmRef,
  { metric, scale }: Pick<DirectionClaim, 'metric' | 'scale'>,
  runs: readonly RunResult[],
  limit: number,
): string | null {
  const own = runs.filter(({ spec }) => spec.recipe.arm === arm && spec.recipe.scale === scale);
  const trained = own.flatMap((run) => trainedIn(run, runs));
  if (own.length > 0 && trained.length === 0) return null;
  const name = `${arm} (${network})`;
  const end = trained.some((run) => run === null) ? null : settled(trained as RunResult[], network);
  if (!end) return `${name} has no validation curve, so that nobody knows whether it had finished learning`;
  const { set, best, gain, bicubic } = end;
  if (METRICS[metric].judges === 'fidelity' && !isShrunk(set) && best < bicubic)
    return `${name} reached ${best.toFixed(2)} dB on ${set}, below bicubic’s ${bicubic.toFixed(2)}`;
  if (gain >= limit)
    return `${name} still gained ${gain.toFixed(3)} dB on ${set} in the last third of its training; finished is less than ${limit.toFixed(3)}`;
  return null;
}

/** The runs that trained what a run evaluates: itself, or those it starts from if it trains nothing (one step). None for published weights; null for one that is not there. */
function trainedIn(run: RunResult, runs: readonly RunResult[]): (RunResult | null)[] {
  const { recipe, seed, engine } = run.spec;
  if (recipe.schedule.steps > 1) return [run];
  const found = (start: Recipe) =>
    runs.find(({ spec }) => spec.seed === seed && spec.engine === engine && isDeepStrictEqual(spec.recipe, start));
  return Object.values(recipe.startFrom).map((start) => found(start) ?? null);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
