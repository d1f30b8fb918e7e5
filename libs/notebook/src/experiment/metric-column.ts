import { METRICS, unitOf, type MetricId } from '@distillery/metrics';

/** The title of a metric's column: `PSNR (dB)`. */
export function columnOf(metric: MetricId): string {
  return unitOf(metric) === '' ? METRICS[metric].title : `${METRICS[metric].title} (${unitOf(metric).trim()})`;
}
