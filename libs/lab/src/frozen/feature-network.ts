import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileError } from '@distillery/data';
import {
  ALEXNET_WEIGHTS,
  alexNet,
  alexNetFeatures,
  loadAlexNet,
  loadVgg19,
  randomFeatureParams,
  VGG19_WEIGHTS,
  vgg19,
  vgg19Features,
  type FeatureNetwork,
} from '@distillery/models';
import type { Params } from '@distillery/tensor';
import type { FeatureNetworkName, Resources } from '../experiment/paper';

const RANDOM_SEED = 0;

interface Source {
  readonly network: FeatureNetwork;
  readonly file: string;
  load(dataDir: string | null): Params | null;
}

const SOURCES: Readonly<Record<FeatureNetworkName, Source>> = {
  vgg19: { network: vgg19, file: VGG19_WEIGHTS, load: loadVgg19 },
  alexnet: { network: alexNet, file: ALEXNET_WEIGHTS, load: loadAlexNet },
};

/** A frozen feature network that is known by name, but not loaded yet. */
export interface FeatureSource {
  /** `VGG19 (weights sha256 0123456789ab)`, or `random features, seed 0` where the weights are not found; AlexNet's the same, `random features of AlexNet, seed 0`. */
  readonly name: string;
  /** The network, loaded the first time, under its name in `Resources`. It stays in memory: every run of a process uses the same one. */
  load(): Pick<Resources, 'vgg19' | 'alexnet'>;
}

/** Whether a feature network's weights are in the data folder. */
export function hasFeatureWeights(which: FeatureNetworkName, dataDir: string | null): boolean {
  return dataDir !== null && existsSync(join(dataDir, SOURCES[which].file));
}

const loaded = new Map<string, Params>();

/** A feature network with the weights of the data folder, or the seeded random network of the same shape that stands in for it; null if `which` is. */
export async function findFeatures<Which extends FeatureNetworkName | null>(
  which: Which,
  dataDir: string | null,
  engine: string,
): Promise<Which extends null ? null : FeatureSource>;
export async function findFeatures(
  which: FeatureNetworkName | null,
  dataDir: string | null,
  engine: string,
): Promise<FeatureSource | null> {
  if (which === null) return null;
  const source = SOURCES[which];
  const digest = dataDir === null ? null : await weightsDigest(join(dataDir, source.file));
  const random = which === 'vgg19' ? 'random features' : `random features of ${source.network.name}`;
  const name = digest === null ? `${random}, seed ${RANDOM_SEED}` : `${source.network.name} (weights sha256 ${digest.slice(0, 12)})`;
  return {
    name,
    load() {
      // Tensors belong to the engine that made them.
      const key = `${engine} ${name}`;
      const params = loaded.get(key) ?? source.load(dataDir) ?? randomFeatureParams(source.network, RANDOM_SEED);
      loaded.set(key, params);
      return which === 'vgg19'
        ? { vgg19: { name, features: (x, layers, input) => vgg19Features(params, x, layers, input) } }
        : { vgg19: null, alexnet: { name, features: (x, layers) => alexNetFeatures(params, x, layers) } };
    },
  };
}

/** sha256 of a weight file; null if there is none. */
export async function weightsDigest(path: string): Promise<string | null> {
  if (!existsSync(path)) return null;
  const bytes = await readFile(path).catch((error: unknown) => {
    throw fileError('read', path, error);
  });
  return createHash('sha256').update(bytes).digest('hex');
}
