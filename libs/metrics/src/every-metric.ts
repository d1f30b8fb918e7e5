import type { Metric } from './metric';
import { LPIPS } from './metrics/lpips';
import { PSNR } from './metrics/psnr';
import { SSIM } from './metrics/ssim';

/** Every metric by its id, in the order of the report. To add one is a file and a line here. */
export const METRICS = { psnr: PSNR, ssim: SSIM, lpips: LPIPS } as const satisfies Readonly<Record<string, Metric>>;

type Metrics = typeof METRICS;

export type MetricId = keyof Metrics;
export type ChannelMetricId = { [Id in MetricId]: Metrics[Id]['compares'] extends 'channels' ? Id : never }[MetricId];
export type ImageMetricId = Exclude<MetricId, ChannelMetricId>;

export const METRIC_IDS = Object.keys(METRICS) as readonly MetricId[];
export const CHANNEL_METRIC_IDS = METRIC_IDS.filter((id): id is ChannelMetricId => METRICS[id].compares === 'channels');
export const IMAGE_METRIC_IDS = METRIC_IDS.filter((id): id is ImageMetricId => METRICS[id].compares === 'images');

/** Its unit as it stands behind a number: ` dB`, or nothing. */
export function unitOf(id: MetricId): string {
  const { unit }: Metric = METRICS[id];
  return unit === '' ? '' : ` ${unit}`;
}

/** What figures show, and what the report shows first. */
export const MAIN_METRIC = 'psnr' satisfies MetricId;
