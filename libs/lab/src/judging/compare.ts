import { METRICS, type MetricId, type ProtocolName } from '@distillery/metrics';
import type { ArmRef, Claim, DirectionClaim } from '../experiment/claim';
import type { Evaluation, RunResult } from '../store/run-result';

/** The protocol of every comparison among our own runs: the papers' default. */
export const DEFAULT_PROTOCOL = 'y-border-scale' satisfies ProtocolName;

/** Differences of two networks on one data set. */
export interface Pairs {
  readonly dataset: string;
  readonly seeds: readonly number[];
  /** `gains[seed][image]`: positive where `better` is better, also for metrics where less is better. */
  readonly gains: readonly (readonly number[])[];
  /** What stood in for the paper's data or features, for the reader to know; null if nothing did. */
  readonly standIn: string | null;
}

/** Scores of a claim's network, one mean over the images per seed. */
export interface ClaimScores {
  readonly perSeed: readonly number[];
  readonly images: number;
  readonly standIn: string | null;
}

/** Our measurements of what a claim speaks of: same arm, network, data set, scale, protocol and self-ensemble. */
export function scoresOfClaim(claim: Claim, runs: readonly RunResult[]): ClaimScores {
  const arm = { arm: claim.arm ?? '', network: claim.network };
  const conditions = { dataset: claim.dataset, protocol: claim.protocol, selfEnsemble: claim.selfEnsemble };
  const measured = runsOf(runs, arm, claim.scale).flatMap((run) => {
    const scores = scoresIn(run, arm.network, conditions, claim.metric);
    return scores ? [{ run, scores }] : [];
  });
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  return {
    perSeed: measured.map(({ scores }) => mean([...scores.values()])),
    images: measured[0]?.scores.size ?? 0,
    standIn: measured.map(({ run }) => standInOf(run)).find((name) => name !== null) ?? null,
  };
}

/**
 * Pairs of runs with the same seed for each data set that both sides were scored on (default protocol, single pass). Only runs of
 * the same engine, training set and test set are paired; of several such groups the one with most seeds counts.
 */
export function pairClaim(claim: DirectionClaim, runs: readonly RunResult[]): Pairs[] {
  const worse = runsOf(runs, claim.worse, claim.scale);
  const couples = runsOf(runs, claim.better, claim.scale).flatMap((better) => {
    const partner = worse.find((run) => run.spec.seed === better.spec.seed && sameConditions(run, better));
    return partner ? [{ better, worse: partner }] : [];
  });
  const datasets = new Set(couples.flatMap(({ better }) => better.evaluations.map(({ dataset }) => dataset)));
  return [...datasets].flatMap((dataset) => {
    const groups = new Map<string, { seed: number; gains: number[]; standIn: string | null }[]>();
    for (const { better, worse } of couples) {
      const gains = gainsOn(dataset, claim, better, worse);
      if (!gains) continue;
      const conditions = conditionsOf(better, dataset);
      const entry = { seed: better.spec.seed, gains, standIn: standInOf(better) ?? standInOf(worse) };
      groups.set(conditions, [...(groups.get(conditions) ?? []), entry]);
    }
    const group = [...groups.values()].reduce((a, b) => (b.length > a.length ? b : a), []);
    if (group.length === 0) return [];
    return [
      {
        dataset,
        seeds: group.map(({ seed }) => seed),
        gains: group.map(({ gains }) => gains),
        standIn: group.map(({ standIn }) => standIn).find(Boolean) ?? null,
      },
    ];
  });
}

function runsOf(runs: readonly RunResult[], { arm }: ArmRef, scale: number): RunResult[] {
  return runs.filter(({ spec }) => spec.recipe.arm === arm && spec.recipe.scale === scale).sort((a, b) => a.spec.seed - b.spec.seed);
}

function sameConditions(a: RunResult, b: RunResult): boolean {
  return conditionsOf(a, null) === conditionsOf(b, null);
}

/** Engine, training set and, if named, a test set: by content, not by name. */
function conditionsOf({ spec, provenance }: RunResult, dataset: string | null): string {
  const hashes = provenance.datasetHashes;
  return [
    provenance.engine,
    provenance.engineVersion,
    provenance.precision ?? 'float32',
    hashes[spec.recipe.data.train],
    dataset && hashes[dataset],
  ].join('|');
}

function gainsOn(dataset: string, claim: DirectionClaim, better: RunResult, worse: RunResult): number[] | null {
  if (conditionsOf(better, dataset) !== conditionsOf(worse, dataset)) return null;
  const conditions = { dataset, protocol: DEFAULT_PROTOCOL, selfEnsemble: false };
  const high = scoresIn(better, claim.better.network, conditions, claim.metric);
  const low = scoresIn(worse, claim.worse.network, conditions, claim.metric);
  if (!high || !low) return null;
  const sign = METRICS[claim.metric].better === 'lower' ? -1 : 1;
  return [...high].map(([image, score]) => sign * (score - (low.get(image) as number)));
}

/** Scores by image of one evaluation of a run; null if there is none, or a score of it is missing. */
function scoresIn(
  run: RunResult,
  network: string,
  conditions: Pick<Evaluation, 'dataset' | 'protocol' | 'selfEnsemble'>,
  metric: MetricId,
): Map<string, number> | null {
  const evaluation = run.evaluations.find(
    (e) =>
      e.network === network &&
      e.dataset === conditions.dataset &&
      e.protocol === conditions.protocol &&
      e.selfEnsemble === conditions.selfEnsemble,
  );
  const scores = evaluation?.images.map((image) => [image.name, image[metric]] as const);
  const measured = scores?.filter((entry): entry is [string, number] => typeof entry[1] === 'number');
  return measured && measured.length === scores?.length ? new Map(measured) : null;
}

function standInOf({ spec, provenance }: RunResult): string | null {
  const procedural = spec.recipe.data.train.startsWith('procedural') ? 'trained on procedural images' : null;
  const random = provenance.featureNetwork?.startsWith('random') ? 'random features stood in for trained ones' : null;
  return [procedural, random].filter(Boolean).join(', ') || null;
}
