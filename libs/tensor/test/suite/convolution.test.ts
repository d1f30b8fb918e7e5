import {
  concat,
  conv2d,
  conv2dTranspose,
  depthToSpace,
  depthwiseConv2d,
  mul,
  slice,
  sum,
  type Scalar,
  type Tensor,
  type Tensor3D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { compiled, valueAndGrads, type Params } from '@distillery/tensor';
import { at, fromIndices } from '../reference/array';
import * as reference from '../reference/convolution';
import { check, normals, relativeError, toTensor } from './check';
import { onEveryEngine } from './engines';

type Pad = reference.ConvOptions['pad'];
const tfPad = (pad: Pad): 'same' | 'valid' | number | [[0, 0], [number, number], [number, number], [0, 0]] =>
  typeof pad === 'object' ? [[0, 0], [...pad[0]], [...pad[1]], [0, 0]] : pad;

const asymmetric: Pad = [[2, 0], [1, 3]]; // prettier-ignore

interface Geometry {
  readonly x: readonly number[];
  readonly w: readonly number[];
  readonly strides?: readonly [number, number];
  readonly dilations?: readonly [number, number];
  readonly pad: Pad;
}

const GEOMETRIES: readonly Geometry[] = [
  { x: [2, 6, 5, 3], w: [3, 3, 3, 4], pad: 'same' },
  { x: [2, 7, 6, 8], w: [3, 3, 8, 12], pad: 'same' },
  { x: [3, 6, 5, 2], w: [3, 3, 2, 3], pad: 'valid' },
  { x: [1, 5, 5, 2], w: [5, 4, 2, 2], pad: 'same' },
  { x: [2, 4, 5, 3], w: [1, 1, 3, 5], pad: 'valid' },
  { x: [1, 4, 4, 2], w: [3, 3, 2, 2], pad: 4 },
  { x: [1, 3, 4, 1], w: [1, 1, 1, 2], pad: 1 },
  { x: [2, 5, 6, 2], w: [3, 2, 2, 3], pad: asymmetric },
  { x: [2, 7, 6, 2], w: [3, 3, 2, 3], strides: [2, 2], pad: 'same' },
  { x: [1, 8, 9, 2], w: [3, 3, 2, 2], strides: [2, 3], pad: 'valid' },
  { x: [1, 7, 8, 2], w: [1, 1, 2, 3], strides: [2, 2], pad: 'valid' },
  { x: [1, 9, 7, 1], w: [5, 5, 1, 2], strides: [3, 3], pad: 'same' },
  { x: [1, 6, 6, 2], w: [2, 2, 2, 2], strides: [2, 2], pad: asymmetric },
  { x: [1, 12, 11, 2], w: [5, 5, 2, 1], strides: [4, 4], pad: 2 },
  { x: [1, 7, 8, 2], w: [3, 3, 2, 3], dilations: [2, 2], pad: 'same' },
  { x: [2, 9, 8, 2], w: [2, 3, 2, 2], dilations: [3, 1], pad: 'valid' },
  { x: [1, 6, 7, 1], w: [3, 3, 1, 2], dilations: [2, 2], pad: asymmetric },
];

function title(name: string, { x, w, strides = [1, 1], dilations = [1, 1], pad }: Geometry): string {
  return `${name} ${x.join('x')} by ${w.join('x')}, stride ${strides.join()}, dilation ${dilations.join()}, pad ${JSON.stringify(pad)}`;
}

onEveryEngine(() => {
  describe('convolution', () => {
    for (const geometry of GEOMETRIES) {
      const { x, w, strides = [1, 1], dilations = [1, 1], pad } = geometry;
      check({
        name: title('conv2d', geometry),
        inputs: [normals(x), normals(w)],
        op: (a, b) => conv2d(a as Tensor4D, b as Tensor4D, [...strides], tfPad(pad), 'NHWC', [...dilations]),
        reference: (a, b) => reference.conv2d(a, b, { strides, dilations, pad }),
      });
    }
    // Whole gradients, element by element, at sizes where kernels take their blocked paths: several blocks, odd edges, many channels.
    const large: readonly Geometry[] = [
      { x: [3, 23, 26, 20], w: [3, 3, 20, 12], pad: 'same' },
      { x: [2, 30, 17, 8], w: [3, 3, 8, 36], pad: 'valid' },
      { x: [1, 9, 61, 64], w: [3, 3, 64, 3], pad: asymmetric },
      { x: [2, 21, 19, 12], w: [5, 5, 12, 10], pad: 2 },
      { x: [2, 25, 22, 9], w: [3, 3, 9, 16], strides: [2, 2], pad: 'same' },
    ];
    for (const geometry of large) {
      const { x, w, strides = [1, 1], pad } = geometry;
      it(title('conv2d and all of its gradients', geometry), async () => {
        const [input, kernel] = [normals(x), normals(w)];
        const options = { strides, pad };
        const y = reference.conv2d(input, kernel, options);
        const weights = normals(y.shape);
        const step = compiled((params: Params, r: Tensor) =>
          valueAndGrads((p) => {
            const out = conv2d(p['x'] as Tensor4D, p['w'] as Tensor4D, [...strides], tfPad(pad));
            return { loss: sum(mul(out, r)) as Scalar, aux: { out } };
          }, params),
        );
        const { aux, grads } = await step({ x: toTensor(input), w: toTensor(kernel) }, toTensor(weights));
        await step.dispose();
        expect(relativeError(aux.out.dataSync(), y.data)).toBeLessThan(5e-6);
        const dx = reference.conv2dTranspose(weights, kernel, x, options);
        expect(relativeError((grads['x'] as Tensor).dataSync(), dx.data)).toBeLessThan(5e-6);
        const dw = reference.conv2dFilterGradient(input, weights, w, options);
        expect(relativeError((grads['w'] as Tensor).dataSync(), dw.data)).toBeLessThan(5e-6);
      });
    }

    check({
      name: 'conv2d of a single image without batch axis',
      inputs: [normals([5, 4, 2]), normals([3, 3, 2, 3])],
      op: (a, b) => conv2d(a as Tensor3D, b as Tensor4D, 1, 'same'),
      reference: (a, b) => {
        const y = reference.conv2d({ shape: [1, ...a.shape], data: a.data }, b, { pad: 'same' });
        return { shape: y.shape.slice(1), data: y.data };
      },
    });
  });

  describe('transposed convolution', () => {
    for (const geometry of GEOMETRIES.filter(({ dilations }) => !dilations)) {
      const { x, w, strides = [1, 1], pad } = geometry;
      // The transposed convolution maps what the convolution puts out back to the size of what it took in.
      const y = reference.conv2d(normals(x), normals(w), { strides, pad }).shape;
      check({
        name: title('conv2dTranspose', geometry),
        inputs: [normals(y), normals(w)],
        op: (a, b) => conv2dTranspose(a as Tensor4D, b as Tensor4D, [...x] as Tensor4D['shape'], [...strides], tfPad(pad)),
        reference: (a, b) => reference.conv2dTranspose(a, b, x, { strides, pad }),
      });
    }
  });

  describe('sizes that do not fit', () => {
    const x = (): Tensor4D => toTensor(normals([1, 5, 5, 2])) as Tensor4D;
    it('are refused by a transposed convolution, with both shapes named', () => {
      const w = toTensor(normals([3, 3, 3, 2])) as Tensor4D;
      expect(() => conv2dTranspose(x(), w, [1, 12, 12, 3], 2, 'same')).toThrow(
        /gives \[1,6,6,2\], but the gradient's shape is \[1,5,5,2\]/,
      );
    });
    it('are refused by slice and concat', () => {
      expect(() => slice(x(), [0, 3, 0, 0], [1, 3, 5, 2])).toThrow();
      expect(() => concat([x(), toTensor(normals([1, 4, 5, 2]))], 3)).toThrow();
    });
  });

  describe('depthwise convolution', () => {
    const geometries: readonly Geometry[] = [
      { x: [2, 5, 6, 3], w: [3, 3, 3, 1], pad: 'same' },
      { x: [1, 6, 5, 2], w: [3, 2, 2, 3], pad: 'valid' },
      { x: [1, 7, 6, 2], w: [3, 3, 2, 2], strides: [2, 2], pad: 'same' },
      { x: [1, 8, 7, 2], w: [3, 3, 2, 1], strides: [2, 2], pad: 'valid' },
      { x: [1, 8, 7, 2], w: [3, 3, 2, 2], dilations: [2, 2], pad: 'same' },
    ];
    for (const geometry of geometries) {
      const { x, w, strides = [1, 1], dilations = [1, 1], pad } = geometry;
      check({
        name: title('depthwiseConv2d', geometry),
        inputs: [normals(x), normals(w)],
        op: (a, b) => depthwiseConv2d(a as Tensor4D, b as Tensor4D, [...strides], tfPad(pad) as 'same', 'NHWC', [...dilations]),
        reference: (a, b) => reference.depthwiseConv2d(a, b, { strides, dilations, pad }),
      });
    }
  });

  describe('depth to space', () => {
    for (const s of [2, 3]) {
      check({
        name: `depthToSpace by ${s}`,
        inputs: [normals([2, 3, 4, 2 * s * s])],
        op: (a) => depthToSpace(a as Tensor4D, s),
        reference: (a) =>
          fromIndices([2, 3 * s, 4 * s, 2], ([n = 0, row = 0, column = 0, c = 0]) =>
            at(a, [n, Math.floor(row / s), Math.floor(column / s), ((row % s) * s + (column % s)) * 2 + c]),
          ),
      });
    }
  });
});
