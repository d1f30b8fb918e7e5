import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { compile, seedRng, uniformTensor, useEngine, valueAndGrads, type Params } from '@distillery/tensor';
import { lower } from '../../src/onnx/lower/lower';
import { trace } from '../../src/compile/trace';
import { relativeDifference } from './networks';

beforeAll(() => useEngine('onnx'));

/** How images lie between convolutions, by what is convolved to how many channels. The widths differ from the heights, so that exchanged axes show. */
const LAYOUTS: Readonly<Record<string, { image: [number, number, number, number]; outputs: number }>> = {
  'blocks of channels': { image: [2, 6, 10, 3], outputs: 16 },
  'phases of tiles of 2': { image: [2, 6, 10, 64], outputs: 64 },
  'phases of tiles of 4': { image: [2, 8, 12, 64], outputs: 64 },
};

/** Operations between convolutions: each must either understand the layout of their results or have it undone. */
const BETWEEN: Readonly<Record<string, (a: Tensor4D, b: Tensor4D) => Tensor4D>> = {
  ...Object.fromEntries([0, 1, 2, 3].map((axis) => [`concat along axis ${axis}`, (a: Tensor4D, b: Tensor4D) => tf.concat([a, b], axis)])),
  'concat with something that is not in blocks': (a) => tf.concat([a, tf.slice(a, [0, 1, 0, 0], [-1, 3, -1, -1])], 1),
  'split of rows': (a) => tf.add(...(tf.split(a, 2, 1) as [Tensor4D, Tensor4D])),
  'split of columns': (a) => tf.add(...(tf.split(a, 2, 2) as [Tensor4D, Tensor4D])),
  'split of channels': (a) => tf.mul(...(tf.split(a, 2, 3) as [Tensor4D, Tensor4D])),
  slice: (a) => tf.slice(a, [0, 1, 2, 3], [2, 4, 5, 8]),
  pad: (a) =>
    tf.pad(a, [
      [0, 0],
      [1, 2],
      [0, 3],
      [0, 0],
    ]),
  reverse: (a) => tf.reverse(a, [2]),
  tile: (a) => tf.tile(a, [1, 2, 1, 1]),
  'transpose of height and width': (a) => tf.transpose(a, [0, 2, 1, 3]) as Tensor4D,
  'depth to space': (a) => tf.depthToSpace(a, 2, 'NHWC'),
  'max pooling': (a) => tf.maxPool(a, 2, 2, 'valid'),
  'average pooling': (a) => tf.avgPool(a, 2, 2, 'valid'),
  'bilinear enlargement': (a) => tf.image.resizeBilinear(a, [2 * a.shape[1], 2 * a.shape[2]], false, true),
  'enlargement by repetition': (a) => tf.image.resizeNearestNeighbor(a, [2 * a.shape[1], 2 * a.shape[2]], false, true),
  'mean over pixels': (a, b) => tf.mul(b, tf.mean(a, [1, 2], true)),
  'mean over channels': (a, b) => tf.mul(b, tf.mean(a, 3, true)),
  'largest over channels': (a, b) => tf.sub(b, tf.max(a, 3, true)),
  'softmax over channels': (a) => tf.softmax(a, 3),
  'mean over rows': (a, b) => tf.mul(b, tf.mean(a, 1, true)),
  'product with one image of one channel': (a, b) => tf.mul(b, tf.slice(a, [0, 0, 0, 0], [1, -1, -1, 1])),
  'sum over the batch': (a, b) => tf.add(b, tf.sum(a, 0, true)),
  'reshape to vectors and back': (a, b) => {
    const [n, h, w, c] = a.shape;
    const gram = tf.matMul(tf.reshape(a, [n, h * w, c]), tf.reshape(b, [n, h * w, c]), true, false);
    return tf.mul(b, tf.reshape(tf.mean(gram, 1), [n, 1, 1, c]));
  },
  'sum with a number': (a) => tf.add(a, 0.5),
  'difference from a number': (a) => tf.sub(0.25, a),
  'sum with a number for every channel': (a) => tf.add(a, tf.range(0, a.shape[3])),
  'sum with a number for every image': (a, b) => tf.add(a, tf.slice(b, [0, 0, 0, 0], [-1, 1, 1, 1])),
  sigmoid: (a) => tf.sigmoid(a),
  'quotient of two': (a, b) => tf.div(a, tf.add(tf.square(b), 0.5)),
  'quotient by the mean of pixels': (a) => tf.div<Tensor4D>(a, tf.add(tf.square(tf.mean(a, [1, 2], true)), 0.5)),
  'root of the mean square': (a) => tf.div(a, tf.sqrt(tf.mean(tf.square(a)))),
  'leaky relu': (a) => tf.leakyRelu(a, 0.2),
  'where one is not larger': (a, b) => tf.where(tf.lessEqual(a, b), tf.mul<Tensor4D>(a, 2), b),
  'where one is larger': (a, b) => tf.where(tf.greater(a, b), a, tf.neg(b)),
};

describe.each(Object.entries(LAYOUTS))('between convolutions that yield %s', (_, { image, outputs }) => {
  const kernelShape: [number, number, number, number] = [3, 3, image[3], outputs];

  it.each(Object.entries(BETWEEN))('%s', async (_, operation) => {
    const rng = seedRng(4);
    const x = uniformTensor(rng, image, -1, 1) as Tensor4D;
    const [first, second] = [0, 1].map(() => uniformTensor(rng, kernelShape, -0.5, 0.5) as Tensor4D) as [Tensor4D, Tensor4D];
    const inner = (p: Tensor4D, q: Tensor4D): Tensor4D => operation(tf.conv2d(x, p, 1, 'same'), tf.relu(tf.conv2d(x, q, 1, 'same')));
    const channels = tf.tidy(() => inner(first, second).shape[3]);
    const last = uniformTensor(rng, [3, 3, channels, 8], -0.5, 0.5) as Tensor4D;
    const network = (p: Tensor4D, q: Tensor4D): Tensor4D => tf.conv2d(inner(p, q), last, 1, 'same');

    const compiled = await compile((p: Tensor4D, q: Tensor4D) => network(p, q), [first, second]);
    expect(relativeDifference(await compiled(first, second), network(first, second))).toBeLessThan(1e-5);
    await compiled.dispose();
  });

  it('lies so', () => {
    const kernel = tf.zeros<tf.Rank.R4>(kernelShape);
    const { inputs, outputs: results } = trace(((x: Tensor4D) => tf.conv2d(x, kernel, 1, 'same')) as (...args: never[]) => unknown, [
      tf.zeros(image),
    ]);
    const direct = lower(inputs, results, { block: 8, webgpu: false }).nodes.filter(({ op }) => op === 'Conv');
    expect(direct).toHaveLength(image[3] === 3 ? 1 : 0);
  });

  // onnx has no gradient of average pooling; the reference's of bilinear enlargement ignores that centres are half pixels.
  const differentiable = Object.entries(BETWEEN).filter(([name]) => name !== 'average pooling' && name !== 'bilinear enlargement');
  it.each(differentiable)('gradient of %s', async (_, operation) => {
    const rng = seedRng(4);
    const x = uniformTensor(rng, image, -1, 1) as Tensor4D;
    const kernels = [0, 1].map(() => uniformTensor(rng, kernelShape, -0.5, 0.5) as Tensor4D) as [Tensor4D, Tensor4D];
    const inner = ({ p, q }: Params): Tensor4D =>
      operation(tf.conv2d(x, p as Tensor4D, 1, 'same'), tf.relu(tf.conv2d(x, q as Tensor4D, 1, 'same')));
    const channels = tf.tidy(() => inner({ p: kernels[0], q: kernels[1] }).shape[3]);
    const last = uniformTensor(rng, [3, 3, channels, 8], -0.5, 0.5) as Tensor4D;
    const loss = (params: Params): Scalar => tf.sum(tf.square(tf.conv2d(inner(params), last, 1, 'same')));
    const gradients = (p: Tensor4D, q: Tensor4D): Tensor[] =>
      Object.values(valueAndGrads((params) => ({ loss: loss(params), aux: {} }), { p, q }).grads);

    const compiled = await compile(gradients, kernels);
    const [ours, reference] = [await compiled(...kernels), gradients(...kernels)];
    ours.forEach((gradient, i) => expect(relativeDifference(gradient, reference[i] as Tensor)).toBeLessThan(1e-4));
    await compiled.dispose();
  });
});
