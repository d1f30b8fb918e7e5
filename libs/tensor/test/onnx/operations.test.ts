import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { compile, seedRng, uniformTensor, UnsupportedOperation, useEngine } from '@distillery/tensor';
import { relativeDifference } from './networks';

beforeEach(() => useEngine('onnx'));

type Op = (...xs: tf.Tensor[]) => tf.Tensor;
const image = (h = 6, w = 8, c = 8, n = 2) => [n, h, w, c];
const four = (f: (x: tf.Tensor4D) => tf.Tensor): Op => f as Op;

/** Operations that methods and models use, with the shapes of their arguments, drawn from (0.1, 0.9) or (-1, 1). */
const CASES: [name: string, op: Op, shapes: number[][], positive?: boolean][] = [
  ['add with broadcasting', (a, b) => tf.add(a, b), [image(), [8]]],
  ['sub of a per-image value', (a, b) => tf.sub(a, b), [image(), [2, 1, 1, 1]]],
  ['mul by a per-channel value', (a, b) => tf.mul(a, b), [image(), [2, 1, 1, 8]]],
  [
    'div',
    (a, b) => tf.div(a, tf.add(b, 2)),
    [
      [3, 4],
      [3, 4],
    ],
  ],
  [
    'maximum',
    (a, b) => tf.maximum(a, b),
    [
      [3, 4],
      [3, 4],
    ],
  ],
  [
    'minimum',
    (a, b) => tf.minimum(a, b),
    [
      [3, 4],
      [3, 4],
    ],
  ],
  ['pow', (a) => tf.pow(a, 3), [[3, 4]], true],
  [
    'squaredDifference',
    (a, b) => tf.squaredDifference(a, b),
    [
      [3, 4],
      [3, 4],
    ],
  ],
  ['abs', (a) => tf.abs(a), [[3, 4]]],
  ['neg', (a) => tf.neg(a), [[3, 4]]],
  ['exp', (a) => tf.exp(a), [[3, 4]]],
  ['log', (a) => tf.log(a), [[3, 4]], true],
  ['log1p', (a) => tf.log1p(a), [[3, 4]], true],
  ['sqrt', (a) => tf.sqrt(a), [[3, 4]], true],
  ['rsqrt', (a) => tf.rsqrt(a), [[3, 4]], true],
  ['square', (a) => tf.square(a), [[3, 4]]],
  ['reciprocal', (a) => tf.reciprocal(a), [[3, 4]], true],
  ['relu', (a) => tf.relu(a), [image()]],
  ['relu6', (a) => tf.relu6(tf.mul(a, 10)), [image()]],
  ['leakyRelu', (a) => tf.leakyRelu(a, 0.2), [image()]],
  ['elu', (a) => tf.elu(a), [[3, 4]]],
  ['prelu', (a, b) => tf.prelu(a, b), [image(), [8]]],
  ['sigmoid', (a) => tf.sigmoid(a), [[3, 4]]],
  ['softplus', (a) => tf.softplus(a), [[3, 4]]],
  ['tanh', (a) => tf.tanh(a), [[3, 4]]],
  ['clipByValue', (a) => tf.clipByValue(a, -0.5, 0.5), [[3, 4]]],
  [
    'where',
    (a, b) => tf.where(tf.tensor2d([[1], [0], [1]], [3, 1], 'bool'), a, b),
    [
      [3, 4],
      [3, 4],
    ],
  ],
  ['sum over the image', (a) => tf.sum(a, [1, 2]), [image()]],
  ['sum over channels', (a) => tf.sum(a, 3, true), [image()]],
  ['mean', (a) => tf.mean(a), [image()]],
  ['mean over the image', (a) => tf.mean(a, [1, 2], true), [image()]],
  ['max over an axis', (a) => tf.max(a, 1), [[3, 4]]],
  ['min', (a) => tf.min(a), [[3, 4]]],
  ['softmax', (a) => tf.softmax(a), [[3, 4]]],
  ['logSoftmax', (a) => tf.logSoftmax(a), [[3, 4]]],
  [
    'matMul',
    (a, b) => tf.matMul(a, b),
    [
      [3, 4],
      [4, 5],
    ],
  ],
  [
    'matMul transposed and batched',
    (a, b) => tf.matMul(a, b, true, true),
    [
      [2, 4, 3],
      [2, 5, 4],
    ],
  ],
  ['reshape', (a) => tf.reshape(a, [2, 48, 8]), [image()]],
  ['transpose', (a) => tf.transpose(a, [0, 3, 1, 2]), [image()]],
  ['concat of channels', (a, b) => tf.concat([a, b], 3), [image(), image()]],
  [
    'stack',
    (a, b) => tf.stack([a, b], 1),
    [
      [3, 4],
      [3, 4],
    ],
  ],
  ['unstack', (a) => tf.add(tf.unstack(a)[0] as tf.Tensor, tf.unstack(a)[1] as tf.Tensor), [[2, 4]]],
  ['split', (a) => tf.mul(tf.split(a, 2, 3)[0] as tf.Tensor, tf.split(a, 2, 3)[1] as tf.Tensor), [image()]],
  ['slice', (a) => tf.slice(a, [0, 1, 2, 3], [2, 3, 4, 5]), [image()]],
  ['reverse', (a) => tf.reverse(a, [1]), [image()]],
  [
    'pad',
    (a) =>
      tf.pad(a, [
        [0, 0],
        [1, 2],
        [0, 1],
        [0, 0],
      ]),
    [image()],
  ],
  [
    'mirrorPad symmetric',
    (a) =>
      tf.mirrorPad(
        a,
        [
          [1, 2],
          [0, 1],
        ],
        'symmetric',
      ),
    [[3, 4]],
  ],
  [
    'mirrorPad reflect',
    (a) =>
      tf.mirrorPad(
        a,
        [
          [1, 2],
          [0, 1],
        ],
        'reflect',
      ),
    [[3, 4]],
  ],
  ['tile', (a) => tf.tile(a, [2, 3]), [[3, 4]]],
  ['tile of a column', (a) => tf.tile(a, [1, 3]), [[3, 1]]],
  ['depthToSpace', four((a) => tf.depthToSpace(a, 2, 'NHWC')), [image(4, 4, 12)]],
  ['depthToSpace of whole blocks', four((a) => tf.depthToSpace(tf.relu(a), 2, 'NHWC')), [image(4, 4, 64)]],
  ['conv2d', (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same'), [image(), [3, 3, 8, 16]]],
  ['conv2d of an image', (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same'), [image(6, 8, 3), [3, 3, 3, 16]]],
  ['conv2d to an image', (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same'), [image(), [3, 3, 8, 3]]],
  ['conv2d of odd channels', (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'valid'), [image(6, 8, 5), [3, 2, 5, 7]]],
  ['conv2d 1x1', (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same'), [image(), [1, 1, 8, 8]]],
  ['conv2d of stride 2', (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 2, 1), [image(7, 8), [3, 3, 8, 8]]],
  [
    'conv2d with bias and relu',
    (x, w, b) => tf.relu(tf.add(tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same'), b as tf.Tensor)),
    [image(), [3, 3, 8, 8], [8]],
  ],
  [
    'conv2d with residual',
    (x, w, b) => tf.add(x as tf.Tensor, tf.add(tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same'), b as tf.Tensor)),
    [image(), [3, 3, 8, 8], [8]],
  ],
  // Square and without half-pixel centres: the plain kernels of the gradients exchange height and width and ignore the centres,
  // and that of resizeNearestNeighbor mixes up batches.
  ['resizeBilinear', four((x) => tf.image.resizeBilinear(x, [9, 5])), [image(6, 6)]],
  ['resizeBilinear to corners', four((x) => tf.image.resizeBilinear(x, [9, 12], true)), [image(6, 6)]],
  ['resizeNearestNeighbor', four((x) => tf.image.resizeNearestNeighbor(x, [12, 12])), [image(6, 6, 8, 1)]],
  ['avgPool', four((x) => tf.avgPool(x, 2, 2, 'valid')), [image(7, 8)]],
  ['cumsum', (x) => tf.cumsum(x, 1, true, true), [[3, 4]]],
  ['depthwiseConv2d', (x, w) => tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same'), [image(), [3, 3, 8, 1]]],
  ['depthwiseConv2d of stride 2', (x, w) => tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, 2, 'same'), [image(7, 8), [3, 3, 8, 1]]],
  ['maxPool', four((x) => tf.maxPool(x, 2, 2, 'valid')), [image(7, 8)]],
  [
    'maxPool of a convolution',
    (x, w) => tf.maxPool(tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same'), 2, 2, 'valid'),
    [image(6, 8, 3), [3, 3, 3, 8]],
  ],
];

describe('compiled operation', () => {
  it.each(CASES)('%s: value and gradients as those of the plain kernels', async (_, op, shapes, positive) => {
    const rng = seedRng(7);
    const xs = shapes.map((shape) => uniformTensor(rng, shape, positive ? 0.1 : -1, positive ? 0.9 : 1));
    // Weighted by position, so that exchanged elements show.
    const weighted = (...args: tf.Tensor[]): tf.Scalar => {
      const y = op(...args);
      return tf.sum(tf.mul(y, tf.reshape(tf.cos(tf.range(0, y.size)), y.shape)));
    };
    const f = (args: tf.Tensor[]): tf.Tensor[] => [op(...args), ...tf.grads(weighted)(args)];
    const compiled = await compile(f, [xs], { threads: 1 });
    const actual = await compiled(xs);
    await compiled.dispose();
    // The plain kernels are the reference: some of those in WebAssembly leave parts of their result unset.
    await tf.setBackend('cpu');
    const expected = f(xs);
    expect(actual.map(({ shape }) => shape)).toEqual(expected.map(({ shape }) => shape));
    actual.forEach((y, i) => expect(relativeDifference(y, expected[i] as tf.Tensor), i ? `gradient ${i - 1}` : 'value').toBeLessThan(1e-5));
  });
});

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
