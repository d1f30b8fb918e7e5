import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { VGG19_WEIGHTS } from '@distillery/models';
import { useEngine } from '@distillery/tensor';
import { tensor4d, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { findFeatures, type FeatureSource } from '../../src/frozen/feature-network';
import { temporaryFolder } from '../fixtures/temporary-folder';

const dataDir = process.env['DISTILLERY_DATA'] ?? join(__dirname, '../../../../../shared/data');
const haveVgg = existsSync(join(dataDir, VGG19_WEIGHTS));

beforeAll(async () => {
  await useEngine('wasm');
});

/** Mean of the first feature map of an image of ones. */
function meanFeature({ features }: ReturnType<FeatureSource['load']>): number {
  return tidy(() => {
    const { relu1_1 } = features(tensor4d(new Float32Array(48).fill(1), [1, 4, 4, 3]), ['relu1_1'], 'raw');
    const values = relu1_1?.dataSync() ?? [];
    return [...values].reduce((sum, value) => sum + value, 0) / values.length;
  });
}

describe('findFeatures', () => {
  it('names the random network that stands in without weights', async () => {
    const source = await findFeatures(null, 'wasm');
    expect(source.name).toBe('random features, seed 0');
    expect((await findFeatures(await temporaryFolder(), 'wasm')).name).toBe(source.name);
    expect(source.load().name).toBe(source.name);
    expect(meanFeature(source.load())).toBeGreaterThan(0);
  });

  it.skipIf(!haveVgg)('names VGG19 with the digest of its weights (needs the VGG19 weights of the data folder)', async () => {
    const source = await findFeatures(dataDir, 'wasm');
    const digest = createHash('sha256')
      .update(await readFile(join(dataDir, VGG19_WEIGHTS)))
      .digest('hex');
    expect(source.name).toBe(`VGG19 (weights sha256 ${digest.slice(0, 12)})`);
    expect(meanFeature(source.load())).not.toBe(meanFeature((await findFeatures(null, 'wasm')).load()));
  });
});
