export {
  CHANNEL_METRIC_IDS,
  IMAGE_METRIC_IDS,
  MAIN_METRIC,
  METRIC_IDS,
  METRICS,
  unitOf,
  type ChannelMetricId,
  type ImageMetricId,
  type MetricId,
} from './every-metric';
export { type ChannelMetric, type ComparedPlanes, type ImageMetric, type LoadedMetric, type Metric } from './metric';
export { loadLpips, lpips, type LpipsName, type LpipsNetwork } from './metrics/lpips';
export {
  borderPixels,
  comparedLuma,
  comparedPlanes,
  comparesLuma,
  PROTOCOLS,
  withBorder,
  type BorderRule,
  type Protocol,
  type ProtocolName,
} from './protocol';
export { psnr, psnrOfPlanes } from './metrics/psnr';
export { finiteScore, finiteValue, meanScore, score, scoreLuma, scoreOfPlanes, scoreValues, type Score, type ScoreValues } from './score';
export { ssim } from './metrics/ssim';
