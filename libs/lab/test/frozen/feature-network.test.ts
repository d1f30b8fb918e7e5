import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ALEXNET_WEIGHTS, VGG19_WEIGHTS } from '@distillery/models';
import { useEngine } from '@distillery/tensor';
import { abs, tensor4d, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { findFeatures, type FeatureSource } from '../../src/frozen/feature-network';
import { temporaryFolder } from '../fixtures/temporary-folder';

const dataDir = process.env['DISTILLERY_DATA'] ?? join(__dirname, '../../../../../shared/data');
const FILES = { vgg19: VGG19_WEIGHTS, alexnet: ALEXNET_WEIGHTS } as const;
const haveWeights = Object.values(FILES).every((file) => existsSync(join(dataDir, file)));
const NAMES = [
  ['vgg19', 'VGG19', 'random features, seed 0'],
  ['alexnet', 'AlexNet', 'random features of AlexNet, seed 0'],
] as const;

beforeAll(async () => {
  await useEngine('wasm');
});

/** Mean of the first feature map of an image of ones. */
function meanFeature({ vgg19, alexnet }: ReturnType<FeatureSource['load']>): number {
  return tidy(() => {
    const ones = tensor4d(new Float32Array(3 * 32 * 32).fill(1), [1, 32, 32, 3]);
    const maps = vgg19?.features(ones, ['relu1_1'], 'raw') ?? alexnet?.features(ones, ['conv1']) ?? {};
    const [first] = Object.values(maps);
    const values = first ? abs(first).dataSync() : [];
    return [...values].reduce((sum, value) => sum + value, 0) / values.length;
  });
}

describe('findFeatures', () => {
  it.each(NAMES)('names the random network that stands in for %s without weights', async (which, _, random) => {
    const source = await findFeatures(which, null, 'wasm');
    expect(source.name).toBe(random);
    expect((await findFeatures(which, await temporaryFolder(), 'wasm')).name).toBe(random);
    expect(source.load()[which]?.name).toBe(random);
    expect(meanFeature(source.load())).toBeGreaterThan(0);
  });

  it.skipIf(!haveWeights).each(NAMES)(
    'names %s with the digest of its weights (needs the weights of the data folder)',
    async (which, title) => {
      const source = await findFeatures(which, dataDir, 'wasm');
      const digest = createHash('sha256')
        .update(await readFile(join(dataDir, FILES[which])))
        .digest('hex');
      expect(source.name).toBe(`${title} (weights sha256 ${digest.slice(0, 12)})`);
      expect(meanFeature(source.load())).not.toBe(meanFeature((await findFeatures(which, null, 'wasm')).load()));
    },
  );
});
