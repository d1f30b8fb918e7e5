import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { compile, UnsupportedOperation, useEngine } from '@distillery/tensor';

beforeEach(() => useEngine('onnx'));

describe('compile', () => {
  it('keeps integers and booleans', async () => {
    const f = (x: tf.Tensor) => ({ index: tf.argMax(x, 1), mask: tf.greater(x, 0), any: tf.any(tf.greater(x, 0), 1) });
    const x = tf.tensor2d([
      [1, -3, 2],
      [-1, -2, -3],
    ]);
    const compiled = await compile(f, [x]);
    const { index, mask, any } = await compiled(x);
    expect([index.dtype, mask.dtype, any.dtype]).toEqual(['int32', 'bool', 'bool']);
    expect([index, mask, any].map((y) => [...y.dataSync()])).toEqual([
      [2, 0],
      [1, 0, 1, 0, 0, 0],
      [1, 0],
    ]);
    await compiled.dispose();
  });

  it('returns arguments and constants that the function returns', async () => {
    const compiled = await compile((x: tf.Tensor) => [x, tf.scalar(3), tf.add(x, 1)], [tf.scalar(1)]);
    const results = await compiled(tf.scalar(5));
    expect(results.map((y) => y.dataSync()[0])).toEqual([5, 3, 6]);
    await compiled.dispose();
  });

  it('gathers rows', async () => {
    const compiled = await compile((x: tf.Tensor) => tf.gather(x, tf.tensor1d([2, 0], 'int32'), 1), [tf.zeros([2, 3])]);
    expect([
      ...(
        await compiled(
          tf.tensor2d([
            [1, 2, 3],
            [4, 5, 6],
          ]),
        )
      ).dataSync(),
    ]).toEqual([3, 1, 6, 4]);
    await compiled.dispose();
  });

  it('names an operation that it does not know', async () => {
    await expect(compile((x: tf.Tensor1D) => tf.topk(x, 1).values, [tf.tensor1d([1, 2])])).rejects.toThrow(
      new UnsupportedOperation('operation TopK cannot be compiled'),
    );
  });

  it('names what a function reads while it is recorded', async () => {
    const f = (x: tf.Tensor) => tf.mul(x, tf.exp(x).dataSync()[0] as number);
    await expect(compile(f, [tf.scalar(1)])).rejects.toThrow('the step reads the result of Exp while it is recorded');
  });

  it('lets a function read constants', async () => {
    const compiled = await compile((x: tf.Tensor) => tf.mul(x, tf.exp(tf.scalar(0)).dataSync()[0] as number), [tf.scalar(1)]);
    expect((await compiled(tf.scalar(4))).dataSync()[0]).toBe(4);
    await compiled.dispose();
  });

  it('leaves the backend and the number of tensors as they were, also when it fails', async () => {
    const x = tf.tensor1d([1, 2]);
    const before = [tf.getBackend(), tf.memory().numTensors];
    await (await compile((y: tf.Tensor) => tf.exp(y), [x])).dispose();
    await expect(compile((y: tf.Tensor1D) => tf.topk(y, 1).values, [x])).rejects.toThrow(UnsupportedOperation);
    expect([tf.getBackend(), tf.memory().numTensors]).toEqual(before);
  });
});

it('yields the sign of numbers of every size', async () => {
  const x = tf.tensor1d([0, -0, 1e-37, -1e-37, 0.3, -7, 3e38, -3e38, Infinity, -Infinity]);
  const compiled = await compile((a: tf.Tensor) => tf.sign(a), [x]);
  expect([...(await compiled(x)).dataSync()].map((sign) => sign + 0)).toEqual([0, 0, 1, -1, 1, -1, 1, -1, 1, -1]);
  await compiled.dispose();
});
