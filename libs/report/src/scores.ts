import { summarise, type Evaluation, type RunResult, type Summary } from '@distillery/lab';
import type { MetricId } from '@distillery/metrics';
import { meanOf } from './collections';

/** Which of a run's evaluations a number is taken from. Numbers that differ in any of these are never subtracted. */
export interface Measurement {
  readonly network: string;
  readonly dataset: string;
  readonly scale: number;
  readonly protocol: string;
  readonly selfEnsemble: boolean;
  readonly metric: MetricId;
}

/** A run's score: mean over the images of the dataset. */
export interface SeedScore {
  readonly seed: number;
  readonly hash: string;
  readonly mean: number;
  readonly images: number;
}

/** The evaluation a measurement is taken from, if the run has it. */
export function evaluationOf(run: RunResult, what: Omit<Measurement, 'metric'>): Evaluation | undefined {
  return run.evaluations.find(
    (evaluation) =>
      evaluation.network === what.network &&
      evaluation.dataset === what.dataset &&
      evaluation.scale === what.scale &&
      evaluation.protocol === what.protocol &&
      evaluation.selfEnsemble === what.selfEnsemble,
  );
}

/** Mean over images for every run that has the measurement. A metric counts only if every image has it. */
export function seedScores(runs: readonly RunResult[], what: Measurement): SeedScore[] {
  return runs.flatMap((run) => {
    const values = evaluationOf(run, what)?.images.map((image) => image[what.metric]) ?? [];
    const measured = values.filter((value): value is number => typeof value === 'number');
    if (measured.length === 0 || measured.length < values.length) return [];
    return [{ seed: run.spec.seed, hash: run.hash, mean: meanOf(measured), images: measured.length }];
  });
}

/** Mean and 95 % interval over seeds of the means over images; null if nothing was measured. */
export function summaryOfSeeds(scores: readonly SeedScore[]): Summary | null {
  return scores.length > 0 ? summarise(scores.map(({ mean }) => mean)) : null;
}
