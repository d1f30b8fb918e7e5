import { inspect } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { useEngine } from '@distillery/tensor';
import { beforeAll, expect, it } from 'vitest';
import { showTensorsAsText, tensorText } from '../src/kernel/tensor-text';

beforeAll(async () => {
  await useEngine('wasm');
  showTensorsAsText();
});

it.each<[string, () => tf.Tensor]>([
  ['Tensor [2, 3, 4, 1] float32, min 0, mean 11.5, max 23', () => tf.reshape(tf.range(0, 24), [2, 3, 4, 1])],
  ['Tensor [3] float32, min 0.1, mean 0.2, max 0.3: [0.1, 0.2, 0.3]', () => tf.tensor1d([0.1, 0.2, 0.3])],
  ['Tensor [2, 2] int32, min 1, mean 2.5, max 4: [[1, 2], [3, 4]]', () => tf.tensor2d([1, 2, 3, 4], [2, 2], 'int32')],
  ['Tensor [] float32: 0.333333', () => tf.scalar(1 / 3)],
  ['Tensor [] float32: NaN', () => tf.scalar(NaN)],
  ['Tensor [0, 2] float32: []', () => tf.zeros([0, 2])],
  ['Tensor [3] float32, min 1, mean 1, max 1, 2 of 3 not finite: [NaN, 1, -Infinity]', () => tf.tensor1d([NaN, 1, -Infinity])],
  ['Tensor [30] float32, 30 of 30 not finite', () => tf.fill([30], NaN)],
  ['Tensor [2] bool, min 0, mean 0.5, max 1: [1, 0]', () => tf.tensor1d([true, false])],
  ["Tensor [2] string: ['a', 'b']", () => tf.tensor1d(['a', 'b'])],
])('%s', (text, make) => {
  const tensor = make();
  const before = tf.memory().numTensors;
  expect(tensorText(tensor)).toBe(text);
  expect(tf.memory().numTensors).toBe(before);
  const variable = tensor.dtype === 'float32' ? tf.variable(tensor) : tensor;
  expect(inspect({ deep: { er: [variable] } }, { depth: 4, breakLength: Infinity })).toBe(`{ deep: { er: [ ${text} ] } }`);
  tf.dispose([tensor, variable]);
  const [what] = /^Tensor \[[^\]]*\] \w+/.exec(text) ?? [];
  expect(tensorText(tensor)).toBe(`${what}, disposed`);
});
