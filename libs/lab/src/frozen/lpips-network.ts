import { loadLpips, type LpipsNetwork } from '@distillery/metrics';
import { paramsDigest } from '../store/params-digest';

/** The network that measures LPIPS, and its name with the digest of its weights. */
export interface LpipsSource {
  readonly name: string;
  readonly network: LpipsNetwork;
}

const loaded = new Map<string, LpipsSource>();

/** LPIPS-Alex with the weights of the data folder; null where they are not found. It stays in memory for the process's other runs. */
export function findLpips(dataDir: string | null, engine: string): LpipsSource | null {
  // Tensors belong to the engine that made them.
  const key = JSON.stringify([dataDir, engine]);
  const known = loaded.get(key);
  if (known) return known;
  const network = loadLpips('alex', dataDir);
  if (!network) return null;
  const source = { name: `LPIPS-Alex v0.1 (weights sha256 ${paramsDigest(network.params).slice(0, 12)})`, network };
  loaded.set(key, source);
  return source;
}
