import { DEFAULT_PROTOCOL, type RunResult } from '@distillery/lab';
import { MAIN_METRIC, type MetricId } from '@distillery/metrics';
import { UserError } from '@distillery/tensor';

export interface ScoreOptions {
  /** Default: the first that the run was evaluated on. */
  readonly dataset?: string;
  /** Default: PSNR. */
  readonly metric?: MetricId;
  /** Default: a single pass. */
  readonly selfEnsemble?: boolean;
}

/** Mean score of a network of a run over the images of a dataset, under the papers' default protocol. null: the metric was not measured. Throws UserError if the run has no such evaluation. */
export function scoreOf(result: RunResult, network: string, options: ScoreOptions = {}): number | null {
  const { metric = MAIN_METRIC, selfEnsemble = false, dataset } = options;
  const found = result.evaluations.find(
    (one) =>
      one.network === network &&
      one.protocol === DEFAULT_PROTOCOL &&
      one.selfEnsemble === selfEnsemble &&
      (dataset === undefined || one.dataset === dataset),
  );
  if (!found)
    throw new UserError(
      `run of ${result.spec.recipe.arm}: no scores of network '${network}'${dataset === undefined ? '' : ` on ${dataset}`}`,
    );
  const values = found.images.map((image) => image[metric]);
  const measured = values.filter((value): value is number => typeof value === 'number');
  return measured.length < values.length ? null : measured.reduce((sum, value) => sum + value, 0) / measured.length;
}

/** Mean PSNR in dB, as `scoreOf`. */
export function psnrOf(result: RunResult, network: string, options: Omit<ScoreOptions, 'metric'> = {}): number {
  return scoreOf(result, network, { ...options, metric: 'psnr' }) as number;
}

/** `+0.123` */
export function signed(value: number, digits = 3): string {
  return `${value < 0 ? '' : '+'}${value.toFixed(digits)}`;
}
