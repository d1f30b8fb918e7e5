import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { crop, readImage, type Image } from '@distillery/data';
import { alexNet, squeezeNet } from '@distillery/models';
import { UserError, seedRng, uniformTensor, useEngine } from '@distillery/tensor';
import { loadLpips, lpips, type LpipsNetwork } from '../src/metrics/lpips';

const data = process.env['DISTILLERY_DATA'] ?? resolve(__dirname, '../../../../shared/data');
const haveData = existsSync(join(data, 'weights'));

beforeAll(async () => {
  await useEngine('wasm');
});

function noise(seed: number, width = 40, height = 36, channels: 1 | 3 = 3): Image {
  const rng = seedRng(seed);
  return { width, height, channels, data: Uint8Array.from({ length: width * height * channels }, () => rng.integer(256)) };
}

/** Random positive weights: LPIPS' formula can be checked on any. */
function randomNetwork(name: 'alex' | 'squeeze'): LpipsNetwork {
  const backbone = { alex: alexNet, squeeze: squeezeNet }[name];
  const rng = seedRng(4);
  const shapes = [...Object.entries(backbone.shapes), ...backbone.channels.map((channels, i) => [`lin${i}`, [channels]] as const)];
  return { name, backbone, params: Object.fromEntries(shapes.map(([key, shape]) => [key, uniformTensor(rng, shape, 0, 0.1)])) };
}

describe('lpips', () => {
  it.skipIf(!haveData).each([
    // alex: 0.722 and 0.138 are the official example's figures. squeeze: float32 numpy on the same weights (the data folder's INDEX.md).
    ['alex', 0.7219, 0.1376],
    ['squeeze', 0.711, 0.1479],
  ] as const)('%s gives the distances of the official example', async (name, first, second) => {
    const network = loadLpips(name, data) as LpipsNetwork;
    const example = (file: string): Promise<Image> => readImage(join(data, 'weights/lpips-examples', file));
    const reference = await example('ex_ref.png');
    expect(Math.abs(lpips(reference, await example('ex_p0.png'), network) - first)).toBeLessThan(1e-3);
    expect(Math.abs(lpips(reference, await example('ex_p1.png'), network) - second)).toBeLessThan(1e-3);
    tf.dispose(network.params);
  });

  it('is null where there is no data folder, or none with its weights', () => {
    expect(loadLpips('alex', null)).toBeNull();
    expect(loadLpips('squeeze', __dirname)).toBeNull();
  });

  it.each(['alex', 'squeeze'] as const)('%s: 0 for equal images, symmetric, and leaves no tensors behind', (name) => {
    const network = randomNetwork(name);
    const before = tf.memory().numTensors;
    expect(lpips(noise(1), noise(1), network)).toBe(0);
    const forth = lpips(noise(1), noise(2), network);
    expect(forth).toBeGreaterThan(0);
    expect(lpips(noise(2), noise(1), network)).toBeCloseTo(forth, 6);
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose(network.params);
  });

  it('takes a grey image as R = G = B', () => {
    const network = randomNetwork('squeeze');
    const grey = noise(3, 40, 36, 1);
    const rgb: Image = {
      ...grey,
      channels: 3,
      data: Uint8Array.from({ length: grey.data.length * 3 }, (_, i) => grey.data[Math.floor(i / 3)] as number),
    };
    expect(lpips(grey, rgb, network)).toBe(0);
    tf.dispose(network.params);
  });

  it('refuses images of different sizes, and images too small for the network', () => {
    const network = randomNetwork('alex');
    const refuse = (a: Image, b: Image): (() => unknown) => {
      expect(() => lpips(a, b, network)).toThrow(UserError);
      return () => lpips(a, b, network);
    };
    expect(refuse(noise(1), noise(1, 36, 40))).toThrow(/40x36 and 36x40/);
    const small = crop(noise(1), 0, 0, 40, 30);
    expect(refuse(small, small)).toThrow(/AlexNet needs at least 31x31/);
    tf.dispose(network.params);
  });
});
