import { matMul, tensor } from '@tensorflow/tfjs-core';
import { seedRng, useEngine } from '@distillery/tensor';
import { beforeAll, expect, it } from 'vitest';

beforeAll(async () => useEngine('wasm'));

const SIZES = [1, 3, 4, 5, 8];

function factor(rows: number, columns: number, transposed: boolean, seed: number) {
  const rng = seedRng(seed);
  const values = Float32Array.from({ length: 2 * rows * columns }, () => 2 * rng.uniform() - 1);
  const at = (n: number, i: number, j: number): number =>
    values[n * rows * columns + (transposed ? j * rows + i : i * columns + j)] as number;
  return { tensor: tensor(values, transposed ? [2, columns, rows] : [2, rows, columns]), at };
}

// Factors and results that are whole groups of four are used where they lie, others are copied.
it.each(SIZES.flatMap((rows) => SIZES.map((columns) => [rows, columns] as const)))(
  '[2, %i, 6] times [2, 6, %i] on wasm is what loops in float64 make, however the factors are transposed',
  (rows, columns) => {
    for (const [transposeA, transposeB] of [
      [false, false],
      [true, false],
      [false, true],
      [true, true],
    ] as const) {
      const [a, b] = [factor(rows, 6, transposeA, 1), factor(6, columns, transposeB, 2)];
      const found = matMul(a.tensor, b.tensor, transposeA, transposeB).dataSync();
      const wanted = Array.from({ length: 2 * rows * columns }, (_, i) => {
        const [n, row, column] = [Math.floor(i / (rows * columns)), Math.floor(i / columns) % rows, i % columns];
        return Array.from({ length: 6 }, (_, k) => a.at(n, row, k) * b.at(n, k, column)).reduce((sum, term) => sum + term, 0);
      });
      wanted.forEach((value, i) => expect(found[i]).toBeCloseTo(value, 5));
    }
  },
);
