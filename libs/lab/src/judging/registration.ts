import type { DirectionClaim } from '../experiment/claim';
import type { Paper } from '../experiment/paper';
import type { Recipe } from '../experiment/recipe';
import { hashJson } from '../json/canonical-json';
import type { Json } from '../json/json';
import type { RunResult } from '../store/run-result';

/**
 * How a direction is judged, in a word that changes whenever the rules do: differences paired by seed and image, seeds and images as crossed random effects, a
 * 95 % interval, under-trained unless both arms have flattened. Part of what is registered.
 */
const ANALYSIS = 'paired, seeds and images crossed, 95 %, flattened arms';

/** What a direction claims and how it is judged, as 16 hex digits: the same only if nothing of it was changed. Its wording and sources may change. */
export function claimDigest({ better, worse, metric, scale, within, published }: DirectionClaim): string {
  return hashJson({ analysis: ANALYSIS, better, worse, metric, scale, within: within ?? null, published } as unknown as Json).slice(0, 16);
}

/** The directions of a paper that a recipe's run will be judged by, with their digests: what a run notes down before it begins. */
export function registeredClaims({ directions }: Pick<Paper, 'directions'>, { arm, scale }: Recipe): Record<string, string> {
  const concerned = directions.filter((claim) => claim.scale === scale && (claim.better.arm === arm || claim.worse.arm === arm));
  return Object.fromEntries(concerned.map((claim) => [claim.id, claimDigest(claim)]));
}

/**
 * When a claim was registered in its present form: before all runs began; after one of them; or unknown, because there are no runs or one was made by a
 * version that did not note claims.
 */
export type Registration = 'before' | 'after' | 'unknown';

/** Whether a claim was registered before the runs of its two arms. `runs`: those that it is judged by, of whatever arm. */
export function registrationOf(claim: DirectionClaim, runs: readonly Pick<RunResult, 'provenance'>[]): Registration {
  const noted = runs.map(({ provenance }) => provenance.registered);
  if (noted.length === 0 || noted.some((claims) => claims === undefined)) return 'unknown';
  const digest = claimDigest(claim);
  return noted.every((claims) => claims?.[claim.id] === digest) ? 'before' : 'after';
}
