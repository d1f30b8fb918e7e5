import { beforeAll, expect, it } from 'vitest';
import { normalTensor, seedRng, uniformTensor, useEngine } from '@distillery/tensor';

beforeAll(() => useEngine('wasm'));

it('fills tensors with the draws of the generator, in row-major order', async () => {
  const normals = normalTensor(seedRng(2), [2, 3], 0.5, 10);
  const uniforms = uniformTensor(seedRng(2), [4], -3, 5);
  const rng = seedRng(2);
  expect(Array.from(await normals.data())).toEqual(Array.from({ length: 6 }, () => Math.fround(10 + 0.5 * rng.normal())));
  const again = seedRng(2);
  expect(Array.from(await uniforms.data())).toEqual(Array.from({ length: 4 }, () => Math.fround(-3 + 8 * again.uniform())));
  expect(normals.shape).toEqual([2, 3]);
});
