import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { at, fromIndices, type NdArray } from '../reference/array';
import { check, normals } from './check';
import { onEveryEngine } from './engines';

/** c[..., i, j] = sum over k of a[..., i, k] b[..., k, j], leading axes broadcast. */
function product(a: NdArray, b: NdArray, transposeA: boolean, transposeB: boolean): NdArray {
  const [ar = 0, ac = 0] = a.shape.slice(-2);
  const [br = 0, bc = 0] = b.shape.slice(-2);
  const [rows, depth, columns] = [transposeA ? ac : ar, transposeA ? ar : ac, transposeB ? br : bc];
  const rank = Math.max(a.shape.length, b.shape.length) - 2;
  const [aBatch, bBatch] = [a, b].map((x) => [...new Array<number>(rank + 2 - x.shape.length).fill(1), ...x.shape.slice(0, -2)]) as [number[], number[]]; // prettier-ignore
  const batch = aBatch.map((length, i) => Math.max(length, bBatch[i] as number));
  const within = (index: number[], own: number[], x: NdArray): number[] =>
    index.map((i, axis) => (own[axis] === 1 ? 0 : i)).slice(rank - (x.shape.length - 2));
  return fromIndices([...batch, rows, columns], (index) => {
    const [i = 0, j = 0] = index.slice(-2);
    const [inA, inB] = [within(index.slice(0, -2), aBatch, a), within(index.slice(0, -2), bBatch, b)];
    let sum = 0;
    for (let k = 0; k < depth; k++) sum += at(a, [...inA, ...(transposeA ? [k, i] : [i, k])]) * at(b, [...inB, ...(transposeB ? [j, k] : [k, j])]); // prettier-ignore
    return sum;
  });
}

const FACTORS: readonly [a: number[], b: number[], transposeA: boolean, transposeB: boolean][] = [
  [[5, 7], [7, 3], false, false],
  [[8, 12], [12, 20], false, false],
  [[7, 5], [7, 9], true, false],
  [[6, 5], [9, 5], false, true],
  [[4, 6], [5, 4], true, true],
  [[1, 6], [6, 1], false, false],
  [[3, 4, 5], [3, 5, 6], false, false],
  [[3, 5, 4], [3, 6, 5], true, true],
  [[2, 3, 4, 5], [2, 3, 5, 2], false, false],
  [[2, 1, 4, 5], [3, 5, 2], false, false],
  [[4, 5], [3, 5, 2], false, false],
];

onEveryEngine(() => {
  describe('matMul', () => {
    for (const [a, b, transposeA, transposeB] of FACTORS) {
      check({
        name: `${a.join('x')}${transposeA ? ' transposed' : ''} by ${b.join('x')}${transposeB ? ' transposed' : ''}`,
        inputs: [normals(a), normals(b)],
        op: (x, y) => tf.matMul(x, y, transposeA, transposeB),
        reference: (x, y) => product(x, y, transposeA, transposeB),
      });
    }

    // tfjs' own wasm kernel keeps the packed right factor under its buffer's identity, which reshaping does not change.
    it('of the same data in two shapes', () => {
      const b = tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]);
      expect(Array.from(tf.matMul(tf.ones([1, 2]), b).dataSync())).toEqual([5, 7, 9]);
      expect(Array.from(tf.matMul(tf.ones([1, 3]), tf.reshape(b, [3, 2])).dataSync())).toEqual([9, 12]);
    });
  });
});
