import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { at, fromIndices, replaced, type NdArray } from '../reference/array';
import { check, distinct, normals, uniforms } from './check';
import { onEveryEngine } from './engines';

const four = (f: (x: tf.Tensor4D) => tf.Tensor) => (x: tf.Tensor) => f(x as tf.Tensor4D);

onEveryEngine(() => {
  describe('moving elements', () => {
    check({
      name: 'reshape',
      inputs: [normals([3, 4, 2])],
      op: (x) => tf.reshape(x, [2, 12]),
      reference: (x) => ({ shape: [2, 12], data: x.data }),
    });
    for (const perm of [
      [1, 0, 2, 3],
      [0, 2, 1, 3],
      [3, 1, 2, 0],
      [0, 3, 1, 2],
      [3, 2, 1, 0],
    ]) {
      check({
        name: `transpose ${perm.join()}`,
        inputs: [normals([2, 3, 5, 8])],
        op: (x) => tf.transpose(x, perm),
        reference: (x) => fromIndices(perm.map((axis) => x.shape[axis] as number), (index) => at(x, x.shape.map((_, axis) => index[perm.indexOf(axis)] as number))), // prettier-ignore
      });
    }
    check({
      name: 'transpose of six axes',
      inputs: [normals([2, 3, 2, 2, 3, 2])],
      op: (x) => tf.transpose(x, [0, 2, 4, 1, 3, 5]),
      reference: (x) => fromIndices([2, 2, 3, 3, 2, 2], ([a = 0, b = 0, c = 0, d = 0, e = 0, f = 0]) => at(x, [a, d, b, e, c, f])),
    });
    for (const axes of [[0], [1, 2], [3], [0, 1, 2, 3]]) {
      check({
        name: `reverse axes ${axes.join()}`,
        inputs: [normals([2, 3, 4, 5])],
        op: (x) => tf.reverse(x, axes),
        reference: (x) => fromIndices(x.shape, (index) => at(x, index.map((i, axis) => (axes.includes(axis) ? (x.shape[axis] as number) - 1 - i : i)))), // prettier-ignore
      });
    }
    check({
      name: 'slice',
      inputs: [normals([3, 5, 6, 7])],
      op: (x) => tf.slice(x, [1, 0, 2, 1], [2, 5, 3, 6]),
      reference: (x) => fromIndices([2, 5, 3, 6], ([a = 0, b = 0, c = 0, d = 0]) => at(x, [a + 1, b, c + 2, d + 1])),
    });
    check({
      name: 'slice of odd runs',
      inputs: [normals([3, 11, 13])],
      op: (x) => tf.slice(x, [0, 1, 2], [3, 9, 11]),
      reference: (x) => fromIndices([3, 9, 11], ([a = 0, b = 0, c = 0]) => at(x, [a, b + 1, c + 2])),
    });
    check({
      name: 'stridedSlice forwards',
      inputs: [normals([2, 7, 8, 3])],
      op: (x) => tf.stridedSlice(x, [0, 1, 0, 0], [2, 7, 8, 3], [1, 2, 3, 1]),
      reference: (x) => fromIndices([2, 3, 3, 3], ([a = 0, b = 0, c = 0, d = 0]) => at(x, [a, 1 + 2 * b, 3 * c, d])),
    });
    check({
      name: 'stridedSlice backwards, dropping an axis',
      inputs: [normals([3, 8, 4])],
      op: (x) => tf.stridedSlice(x, [1, 6, 0], [2, 0, 4], [1, -2, 1], 0, 0, 0, 0, 1),
      reference: (x) => fromIndices([3, 4], ([b = 0, c = 0]) => at(x, [1, 6 - 2 * b, c])),
    });
    for (const axis of [0, 1, 3]) {
      const shapes = [3, 1, 4].map((length) => replaced([2, 3, 2, 5], axis, length));
      check({
        name: `concat along axis ${axis}`,
        inputs: shapes.map((shape) => normals(shape)),
        op: (...xs) => tf.concat(xs, axis),
        reference: (...xs) =>
          fromIndices(replaced([2, 3, 2, 5], axis, 8), (index) => {
            let i = index[axis] as number;
            for (const x of xs) {
              const length = x.shape[axis] as number;
              if (i < length) return at(x, replaced(index, axis, i));
              i -= length;
            }
            return NaN;
          }),
      });
    }
    check({
      name: 'split and stack',
      inputs: [normals([3, 8])],
      op: (x) => tf.stack(tf.split(x, [3, 3, 2], 1).slice(0, 2), 1),
      reference: (x) => fromIndices([3, 2, 3], ([a = 0, part = 0, i = 0]) => at(x, [a, 3 * part + i])),
    });
    check({
      name: 'unstack',
      inputs: [normals([3, 4])],
      op: (x) => tf.unstack(x)[1] as tf.Tensor,
      reference: (x) => fromIndices([4], ([i = 0]) => at(x, [1, i])),
    });
    check({
      name: 'gather with repeated indices',
      inputs: [normals([5, 4])],
      op: (x) => tf.gather(x, tf.tensor1d([3, 0, 3, 1], 'int32')),
      reference: (x) => fromIndices([4, 4], ([i = 0, j = 0]) => at(x, [[3, 0, 3, 1][i] as number, j])),
    });
    check({
      name: 'gather along the last axis',
      inputs: [normals([3, 5])],
      op: (x) => tf.gather(x, tf.tensor1d([4, 4, 2], 'int32'), 1),
      reference: (x) => fromIndices([3, 3], ([i = 0, j = 0]) => at(x, [i, [4, 4, 2][j] as number])),
    });
    check({
      name: 'tile',
      inputs: [normals([2, 3, 4])],
      op: (x) => tf.tile(x, [2, 1, 3]),
      reference: (x) => fromIndices([4, 3, 12], ([a = 0, b = 0, c = 0]) => at(x, [a % 2, b, c % 4])),
    });
    check({
      name: 'broadcastTo',
      inputs: [normals([2, 1, 1, 5])],
      op: (x) => tf.broadcastTo(x, [2, 3, 4, 5]),
      reference: (x) => fromIndices([2, 3, 4, 5], ([a = 0, , , d = 0]) => at(x, [a, 0, 0, d])),
    });
    check({
      name: 'pad with a constant',
      inputs: [normals([2, 3, 4, 2])],
      op: four((x) => tf.pad(x, [[0, 0], [1, 2], [3, 0], [0, 1]], 0.5)), // prettier-ignore
      reference: (x) => fromIndices([2, 6, 7, 3], ([a = 0, b = 0, c = 0, d = 0]) => at(x, [a, b - 1, c - 3, d], 0.5)),
    });
    for (const mode of ['reflect', 'symmetric'] as const) {
      const mirrored = (i: number, n: number): number => {
        const skipped = mode === 'reflect' ? 1 : 0;
        if (i < 0) return -i - 1 + skipped;
        return i >= n ? 2 * n - 1 - i - skipped : i;
      };
      check({
        name: `mirrorPad, ${mode}`,
        inputs: [normals([1, 4, 5, 2])],
        op: four((x) => tf.mirrorPad(x, [[0, 0], [2, 1], [3, 4], [0, 0]], mode)), // prettier-ignore
        reference: (x) =>
          fromIndices([1, 7, 12, 2], ([a = 0, b = 0, c = 0, d = 0]) => at(x, [a, mirrored(b - 2, 4), mirrored(c - 3, 5), d])),
      });
    }
    it('keeps integers and booleans as they are', () => {
      const integers = tf.tensor2d([1, 2, 3, 2 ** 30 + 1], [2, 2], 'int32');
      expect(Array.from(tf.transpose(integers).dataSync())).toEqual([1, 3, 2, 2 ** 30 + 1]);
      const booleans = tf.tensor1d([true, false, false], 'bool');
      expect(Array.from(tf.reverse(booleans).dataSync())).toEqual([0, 0, 1]);
      expect(Array.from(tf.clone(booleans).dataSync())).toEqual([1, 0, 0]);
    });
  });

  describe('pooling and resizing', () => {
    const pooled = (x: NdArray, window: number, stride: number, reduce: (values: number[]) => number): NdArray => {
      const [n = 0, h = 0, w = 0, c = 0] = x.shape;
      const out = (length: number): number => Math.floor((length - window) / stride) + 1;
      return fromIndices([n, out(h), out(w), c], ([image = 0, p = 0, q = 0, channel = 0]) =>
        reduce(
          Array.from({ length: window * window }, (_, k) =>
            at(x, [image, p * stride + Math.floor(k / window), q * stride + (k % window), channel]),
          ),
        ),
      );
    };
    for (const [window, stride] of [
      [2, 2],
      [3, 2],
      [3, 1],
    ] as const) {
      check({
        name: `maxPool ${window} by ${stride}`,
        inputs: [distinct([2, 7, 8, 3])],
        op: four((x) => tf.maxPool(x, window, stride, 'valid')),
        reference: (x) => pooled(x, window, stride, (values) => Math.max(...values)),
      });
      check({
        name: `maxPool ${window} by ${stride} of negative values`,
        inputs: [uniforms([1, 6, 7, 2], -3, -1)],
        op: four((x) => tf.maxPool(x, window, stride, 'valid')),
        reference: (x) => pooled(x, window, stride, (values) => Math.max(...values)),
      });
      check({
        name: `avgPool ${window} by ${stride}`,
        inputs: [normals([2, 7, 8, 3])],
        op: four((x) => tf.avgPool(x, window, stride, 'valid')),
        reference: (x) => pooled(x, window, stride, (values) => values.reduce((sum, value) => sum + value, 0) / values.length),
      });
    }

    /** Linear interpolation at source coordinate `i`, clamped to the image. */
    const bilinear = (x: NdArray, height: number, width: number, source: (i: number, from: number, to: number) => number): NdArray => {
      const [n = 0, h = 0, w = 0, c = 0] = x.shape;
      return fromIndices([n, height, width, c], ([image = 0, p = 0, q = 0, channel = 0]) => {
        const [y, z] = [Math.max(source(p, h, height), 0), Math.max(source(q, w, width), 0)];
        const [top, left] = [Math.floor(y), Math.floor(z)];
        const [dy, dz] = [y - top, z - left];
        const value = (i: number, j: number): number => at(x, [image, Math.min(i, h - 1), Math.min(j, w - 1), channel]);
        return (1 - dy) * ((1 - dz) * value(top, left) + dz * value(top, left + 1)) + dy * ((1 - dz) * value(top + 1, left) + dz * value(top + 1, left + 1)); // prettier-ignore
      });
    };
    check({
      name: 'resizeBilinear, corners apart',
      inputs: [normals([1, 4, 5, 3])],
      op: four((x) => tf.image.resizeBilinear(x, [8, 9])),
      reference: (x) => bilinear(x, 8, 9, (i, from, to) => (i * from) / to),
    });
    check({
      name: 'resizeBilinear, corners aligned',
      inputs: [normals([1, 4, 5, 3])],
      op: four((x) => tf.image.resizeBilinear(x, [7, 11], true)),
      reference: (x) => bilinear(x, 7, 11, (i, from, to) => (i * (from - 1)) / (to - 1)),
    });
    check({
      name: 'resizeNearestNeighbor',
      inputs: [normals([1, 3, 4, 2])],
      op: four((x) => tf.image.resizeNearestNeighbor(x, [6, 8])),
      reference: (x) => fromIndices([1, 6, 8, 2], ([a = 0, b = 0, c = 0, d = 0]) => at(x, [a, Math.floor(b / 2), Math.floor(c / 2), d])),
    });
  });
});
