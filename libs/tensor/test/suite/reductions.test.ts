import * as tf from '@tensorflow/tfjs-core';
import { describe } from 'vitest';
import { at, fromIndices, overAxes, replaced, type NdArray } from '../reference/array';
import { check, distinct, normals } from './check';
import { onEveryEngine } from './engines';

const total = (values: number[]): number => values.reduce((sum, value) => sum + value, 0);
const average = (values: number[]): number => total(values) / values.length;

const REDUCTIONS: readonly [name: string, op: (x: tf.Tensor, axes: number[]) => tf.Tensor, f: (values: number[]) => number][] = [
  ['sum', (x, axes) => tf.sum(x, axes), total],
  ['mean', (x, axes) => tf.mean(x, axes), average],
  ['max', (x, axes) => tf.max(x, axes), (values) => Math.max(...values)],
  ['min', (x, axes) => tf.min(x, axes), (values) => Math.min(...values)],
];

onEveryEngine(() => {
  describe('reductions', () => {
    for (const [name, op, f] of REDUCTIONS) {
      for (const axes of [[0, 1, 2], [1, 2], [3], [0], [0, 2], [0, 1, 2, 3]]) {
        for (const shape of [
          [2, 3, 5, 4],
          [3, 4, 2, 12],
          [2, 3, 4, 3],
        ]) {
          check({
            name: `${name} of ${shape.join('x')} over axes ${axes.join()}`,
            inputs: [distinct(shape)],
            op: (x) => op(x, axes),
            reference: (x) => overAxes(x, axes, f),
          });
        }
      }
    }

    // Long sums of numbers far from zero: rounding errors of one running float32 sum would show.
    for (const [name, op, f] of REDUCTIONS.slice(0, 2)) {
      for (const axes of [
        [0, 1, 2],
        [1, 2],
        [0, 1, 2, 3],
      ]) {
        check({
          name: `${name} of 4x96x96x8 over axes ${axes.join()}, to 6e-6`,
          inputs: [normals([4, 96, 96, 8], 1, 3)],
          op: (x) => op(x, axes),
          reference: (x) => overAxes(x, axes, f),
          differentiable: [],
          tolerance: 6e-6,
        });
      }
    }

    check({
      name: 'keeping dimensions',
      inputs: [normals([2, 3, 4, 8])],
      op: (x) => tf.mean(x, [1, 2], true),
      reference: (x) => ({ shape: [2, 1, 1, 8], data: overAxes(x, [1, 2], average).data }),
    });

    const variance = (values: number[]): number => average(values.map((value) => (value - average(values)) ** 2));
    check({
      name: 'variance as moments has it',
      inputs: [normals([3, 4, 5, 4])],
      op: (x) => tf.moments(x, [0, 1, 2]).variance,
      reference: (x) => overAxes(x, [0, 1, 2], variance),
    });

    const softmax = (x: NdArray): NdArray =>
      fromIndices(x.shape, ([i = 0, j = 0]) => {
        const row = Array.from({ length: x.shape[1] as number }, (_, k) => Math.exp(at(x, [i, k])));
        return (row[j] as number) / total(row);
      });
    check({ name: 'softmax', inputs: [normals([4, 6])], op: (x) => tf.softmax(x), reference: softmax });
    check({
      name: 'logSoftmax',
      inputs: [normals([4, 6])],
      op: (x) => tf.logSoftmax(x),
      reference: (x) => ({ shape: x.shape, data: softmax(x).data.map(Math.log) }),
    });
    check({
      name: 'euclidean norm over channels',
      inputs: [normals([2, 3, 3, 5])],
      op: (x) => tf.norm(x, 'euclidean', 3),
      reference: (x) => overAxes(x, [3], (values) => Math.sqrt(total(values.map((value) => value * value)))),
    });
    for (const axis of [1, 2]) {
      check({
        name: `cumsum along axis ${axis}`,
        inputs: [normals([2, 5, 4])],
        op: (x) => tf.cumsum(x, axis),
        reference: (x) =>
          fromIndices(x.shape, (index) => {
            const last = index[axis] as number;
            return total(Array.from({ length: last + 1 }, (_, k) => at(x, replaced(index, axis, k))));
          }),
      });
    }
  });
});
