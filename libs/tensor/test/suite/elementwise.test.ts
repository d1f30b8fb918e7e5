import * as tf from '@tensorflow/tfjs-core';
import { describe } from 'vitest';
import { broadcast, type NdArray } from '../reference/array';
import { check, distinct, normals, uniforms } from './check';
import { onEveryEngine } from './engines';

/** Away from zero, both signs: for functions with a kink or a pole there. */
const awayFromZero = (shape: readonly number[]): NdArray => {
  const { data } = normals(shape);
  return { shape, data: data.map((value) => Math.fround(value + Math.sign(value) * 0.1)) };
};
const positive = (shape: readonly number[]): NdArray => uniforms(shape, 0.2, 3);
const shape = [3, 5, 4];

const UNARY: readonly [name: string, op: (x: tf.Tensor) => tf.Tensor, f: (x: number) => number, x: NdArray][] = [
  ['abs', tf.abs, Math.abs, awayFromZero(shape)],
  ['neg', tf.neg, (x) => -x, normals(shape)],
  ['square', tf.square, (x) => x * x, normals(shape)],
  ['sqrt', tf.sqrt, Math.sqrt, positive(shape)],
  ['rsqrt', tf.rsqrt, (x) => 1 / Math.sqrt(x), positive(shape)],
  ['reciprocal', tf.reciprocal, (x) => 1 / x, positive(shape)],
  ['exp', tf.exp, Math.exp, normals(shape)],
  ['log', tf.log, Math.log, positive(shape)],
  ['log1p', tf.log1p, Math.log1p, positive(shape)],
  ['sin', tf.sin, Math.sin, normals(shape)],
  ['cos', tf.cos, Math.cos, normals(shape)],
  ['tanh', tf.tanh, Math.tanh, normals(shape)],
  ['sigmoid', tf.sigmoid, (x) => 1 / (1 + Math.exp(-x)), normals(shape)],
  ['softplus', tf.softplus, (x) => Math.log1p(Math.exp(x)), normals(shape)],
  ['relu', tf.relu, (x) => Math.max(x, 0), awayFromZero(shape)],
  ['relu6', tf.relu6, (x) => Math.min(Math.max(x, 0), 6), uniforms(shape, -4.01, 9.03)],
  ['elu', tf.elu, (x) => (x > 0 ? x : Math.expm1(x)), awayFromZero(shape)],
  ['leakyRelu', (x) => tf.leakyRelu(x, 0.2), (x) => (x > 0 ? x : 0.2 * x), awayFromZero(shape)],
  ['clipByValue', (x) => tf.clipByValue(x, -0.5, 0.8), (x) => Math.min(Math.max(x, -0.5), 0.8), distinct(shape)],
  ['pow by a constant', (x) => tf.pow(x, 2.5), (x) => x ** 2.5, positive(shape)],
];

const BINARY: readonly [
  name: string,
  op: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
  f: (a: number, b: number) => number,
  positive?: true,
][] = [
  ['add', tf.add, (a, b) => a + b],
  ['sub', tf.sub, (a, b) => a - b],
  ['mul', tf.mul, (a, b) => a * b],
  ['div', tf.div, (a, b) => a / b, true],
  ['maximum', tf.maximum, Math.max],
  ['minimum', tf.minimum, Math.min],
  ['squaredDifference', tf.squaredDifference, (a, b) => (a - b) ** 2],
  ['pow', tf.pow, (a, b) => a ** b, true],
  ['prelu', (a, b) => tf.prelu(a, b), (x, alpha) => (x > 0 ? x : alpha * x)],
  ['where', (a, b) => tf.where(tf.greater(a, b), tf.mul(a, 2), b), (a, b) => (a > b ? 2 * a : b)],
];

/** The pairs of shapes in which networks use binary operations: alike, per channel, per image, one number. */
const PAIRS: readonly [name: string, a: readonly number[], b: readonly number[]][] = [
  ['of the same shape', [2, 3, 4, 5], [2, 3, 4, 5]],
  ['per channel', [2, 3, 4, 5], [5]],
  ['per image and channel', [2, 3, 4, 5], [2, 1, 1, 5]],
  ['by one number', [2, 3, 4, 5], []],
];

/** What WGSL guarantees of these between -pi and pi, and no more. */
const WGSL_TOLERANCE: Readonly<Record<string, number>> = { sin: 2 ** -11, cos: 2 ** -11 };

onEveryEngine((engine) => {
  describe('of one tensor', () => {
    for (const [name, op, f, x] of UNARY) {
      const tolerance = engine === 'onnx:webgpu' ? WGSL_TOLERANCE[name] : undefined;
      check({ name, inputs: [x], op, reference: (a) => broadcast(f, a), ...(tolerance && { tolerance }) });
    }
  });

  describe('of two tensors', () => {
    for (const [name, op, f, isPositive] of BINARY) {
      for (const [pairing, a, b] of PAIRS) {
        const draw = (of: readonly number[], offset: number): NdArray => {
          const { data } = isPositive ? positive(of) : awayFromZero(of);
          return { shape: of, data: data.map((value) => Math.fround(value + offset)) };
        };
        // The offset keeps the two apart where an operation compares them.
        check({ name: `${name} ${pairing}`, inputs: [draw(a, 0), draw(b, 0.013)], op, reference: (x, y) => broadcast(f, x, y) });
      }
    }
  });
});
