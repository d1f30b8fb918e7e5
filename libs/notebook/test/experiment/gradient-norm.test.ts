import { gradientNorm } from '@distillery/notebook';
import { useEngine } from '@distillery/tensor';
import { add, memory, mul, square, sum, tensor1d, type Scalar, type Tensor } from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';

beforeAll(() => useEngine('wasm'));

it('gradientNorm is the Euclidean norm over all parameters, and leaves no tensor behind', () => {
  const params = { a: tensor1d([3, -1]), b: tensor1d([5]) };
  // Gradients (3, -1) and (4).
  const loss = ({ a, b }: Record<string, Tensor>) => add<Scalar>(mul(sum(square(a as Tensor)), 0.5), mul(sum(b as Tensor), 4));
  const { numTensors } = memory();
  expect(gradientNorm(params, loss)).toBeCloseTo(Math.sqrt(9 + 1 + 16), 5);
  expect(memory().numTensors).toBe(numTensors);
});
