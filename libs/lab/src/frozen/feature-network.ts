import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileError } from '@distillery/data';
import { loadVgg19, randomVgg19, VGG19_WEIGHTS, vgg19Features } from '@distillery/models';
import type { Params } from '@distillery/tensor';
import type { Resources } from '../experiment/paper';

const RANDOM_SEED = 0;

/** A frozen feature network that is known by name, but not loaded yet. */
export interface FeatureSource {
  /** `VGG19 (weights sha256 0123456789ab)`, or `random features, seed 0` where the weights are not found. */
  readonly name: string;
  /** The network, loaded the first time. It stays in memory: every run of a process uses the same one. */
  load(): NonNullable<Resources['vgg19']>;
}

const loaded = new Map<string, Params>();

/** VGG19 with the weights of the data folder, or the seeded random network of the same shape that stands in for it. */
export async function findFeatures(dataDir: string | null, engine: string): Promise<FeatureSource> {
  const digest = dataDir === null ? null : await weightsDigest(join(dataDir, VGG19_WEIGHTS));
  const name = digest === null ? `random features, seed ${RANDOM_SEED}` : `VGG19 (weights sha256 ${digest.slice(0, 12)})`;
  return {
    name,
    load() {
      // Tensors belong to the engine that made them.
      const key = `${engine} ${name}`;
      const params = loaded.get(key) ?? loadVgg19(dataDir) ?? randomVgg19(RANDOM_SEED);
      loaded.set(key, params);
      return { name, features: (x, layers, input) => vgg19Features(params, x, layers, input) };
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
