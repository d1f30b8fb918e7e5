import { engine as tfjs, MaxPoolGrad, zeros, type Rank } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { engineStatus, useEngine, type Engine } from '@distillery/tensor';

describe('engine tensorflow', async () => {
  const status = (await engineStatus()).find(({ name }) => name === 'tensorflow');
  const it = test.skipIf(!status?.available);
  let selected: Engine;
  beforeAll(async () => {
    if (status?.available) selected = await useEngine('tensorflow');
  });

  it("names the package's version, TensorFlow's own and the card, and doctor the same without loading it", () => {
    expect(selected.version).toMatch(/^tfjs-node(-gpu)? \d+\.\d+\.\d+, TensorFlow \d+\.\d+\.\d+$/);
    expect(status?.detail).toBe([selected.version, ...(selected.device === null ? [] : [selected.device])].join(', '));
  });

  it('refuses a gradient of pooling whose sizes do not fit', () => {
    const [input, output, dy] = [zeros<Rank.R4>([1, 6, 6, 2]), zeros<Rank.R4>([1, 3, 3, 2]), zeros<Rank.R4>([1, 4, 4, 2])];
    const attrs = { filterSize: 2, strides: 2, pad: 'valid' };
    expect(() => tfjs().runKernel(MaxPoolGrad, { dy, input, output }, attrs)).toThrow(
      "pooling gradient: [1,6,6,2] gives [1,3,3,2], but the gradient's shape is [1,4,4,2]",
    );
  });
});
