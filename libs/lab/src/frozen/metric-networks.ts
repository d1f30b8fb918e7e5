import { createHash } from 'node:crypto';
import { IMAGE_METRIC_IDS, METRICS, type ImageMetricId, type LoadedMetric } from '@distillery/metrics';
import type { Params } from '@distillery/tensor';

/** A metric that needs a network, with it; the network's name with the digest of its weights. */
export interface MetricNetwork {
  readonly name: string;
  readonly metric: LoadedMetric;
}

/** By metric; null where the weights were not found. */
export type MetricNetworks = Readonly<Record<ImageMetricId, MetricNetwork | null>>;

/** Which network measures a metric, as identities and results have it (`lpipsNetwork`); null if its weights were not found. */
export type MetricNetworkNames = { readonly [Id in ImageMetricId as `${Id}Network`]: string | null };

/** No metric that needs a network is measured. */
export const NO_METRIC_NETWORKS = Object.fromEntries(IMAGE_METRIC_IDS.map((id) => [id, null])) as MetricNetworks;

const loaded = new Map<string, MetricNetwork>();

/** The networks of all metrics that need one, with the weights of the data folder. They stay in memory for the process's other runs. */
export function findMetricNetworks(dataDir: string | null, engine: string): MetricNetworks {
  return Object.fromEntries(IMAGE_METRIC_IDS.map((id) => [id, findNetwork(id, dataDir, engine)])) as MetricNetworks;
}

function findNetwork(id: ImageMetricId, dataDir: string | null, engine: string): MetricNetwork | null {
  // Tensors belong to the engine that made them.
  const key = JSON.stringify([id, dataDir, engine]);
  const known = loaded.get(key);
  if (known) return known;
  const metric = METRICS[id].load(dataDir);
  if (!metric) return null;
  const network = { name: `${metric.network} (weights sha256 ${paramsDigest(metric.params).slice(0, 12)})`, metric };
  loaded.set(key, network);
  return network;
}

export function metricNetworkNames(networks: MetricNetworks): MetricNetworkNames {
  return namesBy((id) => networks[id]?.name ?? null);
}

/** The names in an identity, for the provenance of its result. */
export function sameMetricNetworks(names: MetricNetworkNames): MetricNetworkNames {
  return namesBy((id) => names[`${id}Network`]);
}

function namesBy(name: (id: ImageMetricId) => string | null): MetricNetworkNames {
  return Object.fromEntries(IMAGE_METRIC_IDS.map((id) => [`${id}Network`, name(id)])) as MetricNetworkNames;
}

/** sha256 over names, shapes and float32 values. */
function paramsDigest(params: Params): string {
  const digest = createHash('sha256');
  for (const name of Object.keys(params).sort()) {
    const tensor = params[name] as Params[string];
    const values = tensor.dataSync<'float32'>();
    digest.update(JSON.stringify([name, tensor.shape])).update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return digest.digest('hex');
}
