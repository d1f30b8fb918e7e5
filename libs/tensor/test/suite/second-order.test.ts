import { abs, add, conv2d, depthToSpace, mul, relu, square, sum, type Scalar, type Tensor, type Tensor4D } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { compiled, UnsupportedOperation, valueAndGrads, type Params } from '@distillery/tensor';
import { at, broadcast, fromIndices, type NdArray } from '../reference/array';
import * as reference from '../reference/convolution';
import { normals, toTensor } from './check';
import { onEveryEngine } from './engines';

type Loss<T> = (p: Readonly<Record<string, T>>) => number;

interface Case {
  readonly name: string;
  readonly params: Readonly<Record<string, NdArray>>;
  readonly loss: (p: Params) => Scalar;
  readonly reference: Loss<NdArray>;
}

const total = (x: NdArray): number => x.data.reduce((sum_, value) => sum_ + value, 0);
const squared = (x: NdArray): NdArray => broadcast((value) => value * value, x);

function convolution(strides: readonly [number, number], pad: 'same' | 'valid', x: number[], w: number[]): Case {
  return {
    name: `a convolution of ${x.join('x')} by ${w.join('x')}, stride ${strides.join()}, ${pad}`,
    params: { x: normals(x), w: normals(w) },
    // Squared, so that second derivatives with respect to x alone, w alone and both are all different from zero.
    loss: (p) => sum(square(conv2d(p['x'] as Tensor4D, p['w'] as Tensor4D, [...strides], pad))),
    reference: (p) => total(squared(reference.conv2d(p['x'] as NdArray, p['w'] as NdArray, { strides, pad }))),
  };
}

const upsampler: Case = {
  name: 'two convolutions, ReLU and depthToSpace',
  params: { x: normals([1, 5, 6, 4]), w1: normals([3, 3, 4, 4], 0.3), w2: normals([3, 3, 4, 8], 0.3) },
  loss: (p) => {
    const hidden = relu(conv2d(p['x'] as Tensor4D, p['w1'] as Tensor4D, 1, 'same'));
    return sum(square(depthToSpace(conv2d(hidden, p['w2'] as Tensor4D, 1, 'same'), 2)));
  },
  reference: (p) => {
    const hidden = broadcast((value) => Math.max(value, 0), reference.conv2d(p['x'] as NdArray, p['w1'] as NdArray, { pad: 'same' }));
    const y = reference.conv2d(hidden, p['w2'] as NdArray, { pad: 'same' });
    // Interleaving the channels does not change the sum of squares.
    return total(squared(y));
  },
};

const shifted = (p: Case['params'], by: Case['params'], step: number): Case['params'] =>
  Object.fromEntries(Object.entries(p).map(([name, x]) => [name, fromIndices(x.shape, (index) => at(x, index) + step * at(by[name] as NdArray, index))])); // prettier-ignore

onEveryEngine(() => {
  describe('second derivatives', () => {
    for (const { name, params, loss, reference: referenceLoss } of [
      convolution([1, 1], 'same', [2, 5, 6, 4], [3, 3, 4, 8]),
      convolution([1, 1], 'valid', [1, 6, 5, 2], [3, 2, 2, 3]),
      convolution([2, 2], 'same', [1, 7, 6, 2], [3, 3, 2, 3]),
      upsampler,
    ]) {
      it(`of ${name}: u H v against differences in both directions`, async (test) => {
        const directions = (): Case['params'] =>
          Object.fromEntries(Object.entries(params).map(([key, { shape }]) => [key, normals(shape)]));
        const [u, v] = [directions(), directions()];
        // u H v = d/ds d/dt loss(p + s u + t v), by the four-point formula in float64.
        const h = 1e-4;
        const corner = (s: number, t: number): number => referenceLoss(shifted(shifted(params, u, s * h), v, t * h));
        const expected = (corner(1, 1) - corner(1, -1) - corner(-1, 1) + corner(-1, -1)) / (4 * h * h);

        const dot = (a: Params, b: Params): Scalar =>
          Object.keys(a)
            .map((key) => sum<Scalar>(mul(a[key] as Tensor, b[key] as Tensor)))
            .reduce((x, y) => add(x, y));
        const hessianProduct = compiled((p: Params, along: Params) =>
          valueAndGrads((outer) => {
            const { grads } = valueAndGrads((inner) => ({ loss: loss(inner), aux: {} }), outer);
            return { loss: dot(grads, along), aux: {} };
          }, p),
        );
        const absolute = (p: Params): Params => Object.fromEntries(Object.entries(p).map(([key, x]) => [key, abs(x)]));
        const tensors = (arrays: Case['params']): Params =>
          Object.fromEntries(Object.entries(arrays).map(([key, x]) => [key, toTensor(x)]));
        try {
          const { grads } = await hessianProduct(tensors(params), tensors(v));
          const actual = dot(grads, tensors(u)).dataSync()[0] as number;
          // Relative to the terms that were summed: their sum may be near 0.
          const terms = dot(absolute(grads), absolute(tensors(u))).dataSync()[0] as number;
          expect(Math.abs(actual - expected)).toBeLessThan(2e-5 * terms);
        } catch (error) {
          if (error instanceof UnsupportedOperation) test.skip(error.message);
          throw error;
        } finally {
          await hessianProduct.dispose();
        }
      });
    }
  });
});
