import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadModel, type ModelName } from '@distillery/models';
import type { Deployed } from '@distillery/distill';
import { UserError } from '@distillery/tensor';
import { publishedWeights } from '../instrument/published-networks';

/** A network with published weights that are in the data folder, but not loaded yet. */
export interface PublishedSource {
  /** `realesr-general (weights sha256 0123456789ab)` */
  readonly name: string;
  /** The network, loaded the first time. It stays in memory: every run of a process uses the same one. */
  load(): Deployed;
}

const loaded = new Map<string, Deployed>();

/** The published weights of a model; null if `model` is. Throws UserError if they are not in the data folder. */
export function findPublished(model: ModelName | null, scale: number, dataDir: string | null, engine: string): PublishedSource | null {
  if (model === null) return null;
  const path = publishedPath(model, scale, dataDir);
  if (path === null) throw new UserError(`the published weights of ${model} x${scale} are needed; expected --data DIR with them`);
  const name = `${model} (weights sha256 ${createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 12)})`;
  return {
    name,
    load() {
      // Tensors belong to the engine that made them.
      const key = `${engine} ${name}`;
      const network = loaded.get(key) ?? loadModel(model, scale, path);
      loaded.set(key, network);
      return network;
    },
  };
}

/** Where a data folder holds the published weights of a model; null if it does not. */
export function publishedPath(model: string, scale: number, dataDir: string | null): string | null {
  const file = publishedWeights(model, scale)?.weights?.file;
  if (dataDir === null || file === undefined) return null;
  const path = join(dataDir, file);
  return existsSync(path) ? path : null;
}
