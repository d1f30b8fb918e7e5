import { DEFAULT_PROTOCOL, type Evaluation, type Experiment, type ExperimentArm, type RunResult } from '@distillery/lab';
import { runsOfArm, type Cohort } from '../cohort';
import { distinct, groupBy, meanOf } from '../collections';
import { compact } from '../format';
import { MAIN_METRIC } from '@distillery/metrics';
import { seedScores, type Measurement, type SeedScore } from '../scores';

/** What the figures of an experiment show on one dataset at one scale: the main metric in a single pass. */
export interface Panel {
  readonly dataset: string;
  readonly scale: number;
  readonly protocol: string;
}

/** The panels for which the experiment has scores: one per dataset and scale, under the default protocol if that was measured. */
export function panelsOf(cohort: Cohort, experiment: Experiment): Panel[] {
  const measured = experiment.arms.flatMap((arm) =>
    runsOfArm(cohort.runs, arm).runs.flatMap((run) =>
      run.evaluations.filter(({ network, selfEnsemble }) => network === arm.network && !selfEnsemble),
    ),
  );
  return [...groupBy(measured, ({ dataset, scale }) => JSON.stringify([dataset, scale])).values()].map((evaluations) => {
    const { dataset, scale, protocol } = evaluations[0] as Evaluation;
    const byDefault = evaluations.some((evaluation) => evaluation.protocol === DEFAULT_PROTOCOL);
    return { dataset, scale, protocol: byDefault ? DEFAULT_PROTOCOL : protocol };
  });
}

/** An arm's score in a panel: one mean over images per seed; `null` where it was not run. */
export interface Point {
  readonly arm: ExperimentArm;
  readonly runs: readonly RunResult[];
  readonly seeds: readonly SeedScore[];
  readonly mean: number | null;
}

/** The arms of an experiment at the panel's scale with their scores, in the experiment's order. */
export function pointsOf(cohort: Cohort, experiment: Experiment, panel: Panel): Point[] {
  return experiment.arms
    .filter(({ recipe }) => recipe.scale === panel.scale)
    .map((arm) => {
      const { runs } = runsOfArm(cohort.runs, arm);
      const what: Measurement = { ...panel, network: arm.network, selfEnsemble: false, metric: MAIN_METRIC };
      const seeds = seedScores(runs, what);
      return { arm, runs, seeds, mean: seeds.length > 0 ? meanOf(seeds.map(({ mean }) => mean)) : null };
    });
}

/** Names of the lines in order of first appearance; arms without a series stand alone. */
export function seriesNames(points: readonly Point[]): string[] {
  return distinct(points.map(({ arm }) => arm.series ?? arm.label));
}

/** Lowest and highest value. */
export function extent(values: readonly number[]): [low: number, high: number] {
  return [Math.min(...values), Math.max(...values)];
}

/**
 * A logarithmic axis for positive values: ticks at 1, 2 and 5 times powers of ten within their range and one step around it; over more
 * than three decades at the powers alone.
 */
export function logAxis(values: readonly number[]): { type: 'log'; tickmode: 'array'; tickvals: number[]; ticktext: string[] } {
  const [low, high] = extent(values.filter((value) => value > 0));
  const decades = Array.from({ length: 24 }, (_, i) => i - 9);
  const digits = high / low > 1000 ? [1] : [1, 2, 5];
  const ticks = decades.flatMap((decade) => digits.map((digit) => Number(`${digit}e${decade}`)));
  const near = ticks.filter((tick) => tick >= low / 2.5 && tick <= high * 2.5);
  return { type: 'log', tickmode: 'array', tickvals: near, ticktext: near.map(compact) };
}
