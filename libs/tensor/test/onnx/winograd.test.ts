import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { compile, seedRng, uniformTensor, useEngine, valueAndGrads, type Params } from '@distillery/tensor';
import { lower } from '../../src/onnx/lower/lower';
import { trace } from '../../src/compile/trace';
import { transposed, WINOGRAD, type Matrix } from '../../src/winograd-matrices';
import { relativeDifference } from './networks';

beforeAll(() => useEngine('onnx'));

/** Images NHWC and output channels; the side of their tiles. */
const CASES: readonly { image: [number, number, number, number]; outputs: number; side: number }[] = [
  { image: [2, 8, 12, 24], outputs: 40, side: 4 },
  { image: [1, 48, 48, 32], outputs: 32, side: 4 },
  { image: [3, 6, 10, 24], outputs: 24, side: 2 },
  { image: [2, 4, 12, 32], outputs: 24, side: 2 },
];

type Arguments = [x: Tensor4D, w: Tensor4D, bias: tf.Tensor1D, residual: Tensor4D];

/** A convolution alone; and the gradients of the sum of squares of a residual block, conv(relu(conv(x, w) + bias), w turned) + residual. */
function convolution(x: Tensor4D, w: Tensor4D, bias: tf.Tensor1D, residual: Tensor4D): Record<string, Tensor> {
  const back = tf.transpose(w, [0, 1, 3, 2]) as Tensor4D;
  const loss = (p: Params): Scalar => {
    const inner = tf.relu(tf.add(tf.conv2d(p.x as Tensor4D, p.w as Tensor4D, 1, 'same'), p.bias as Tensor)) as Tensor4D;
    const outer = tf.add(tf.conv2d(inner, p.back as Tensor4D, 1, 'same'), 0.5);
    return tf.sum(tf.square(tf.add(outer, residual)));
  };
  const { grads } = valueAndGrads((p) => ({ loss: loss(p), aux: {} }), { x, w, bias, back });
  return { alone: tf.conv2d(x, w, 1, 'same'), ...grads };
}

function argumentsFor({ image, outputs }: (typeof CASES)[number]): Arguments {
  const rng = seedRng(5);
  return [
    uniformTensor(rng, image, -1, 1) as Tensor4D,
    uniformTensor(rng, [3, 3, image[3], outputs], -0.2, 0.2) as Tensor4D,
    uniformTensor(rng, [outputs], -0.5, 0.5) as tf.Tensor1D,
    uniformTensor(rng, image, -1, 1) as Tensor4D,
  ];
}

describe('Winograd convolutions', () => {
  it.each(CASES)('of images $image with tiles of $side give the values and gradients of the direct ones', async (wanted) => {
    const given = argumentsFor(wanted);
    const compiled = await compile(convolution, given);
    const [ours, direct] = [await compiled(...given), convolution(...given)];
    for (const [name, value] of Object.entries(direct)) expect(relativeDifference(ours[name] as Tensor, value), name).toBeLessThan(2e-5);
    await compiled.dispose();
  });

  it.each(CASES)('of images $image leave no convolution in the graph', (wanted) => {
    const { inputs, outputs } = trace(convolution as (...args: never[]) => unknown, argumentsFor(wanted));
    const { nodes, initializers } = lower(inputs, outputs, { block: 8, webgpu: false });
    expect(nodes.filter(({ op }) => op.startsWith('Conv'))).toEqual([]);
    const factors = initializers.filter(({ shape }) => shape.join() === [wanted.side + 2, wanted.side + 2].join());
    expect(factors.length).toBeGreaterThan(0);
  });

  it.each<[string, [number, number, number, number], number]>([
    ['of an odd height', [2, 7, 12, 24], 24],
    ['of one tile', [2, 2, 12, 24], 24],
    ['of few channels', [2, 8, 12, 16], 24],
    ['to few channels', [2, 8, 12, 24], 16],
  ])('are not used where kernels are trained on images %s', (_, image, outputs) => {
    const given = argumentsFor({ image, outputs, side: 4 });
    const { inputs, outputs: results } = trace(convolution as (...args: never[]) => unknown, given);
    expect(lower(inputs, results, { block: 8, webgpu: false }).nodes.filter(({ op }) => op === 'Conv').length).toBeGreaterThan(0);
  });

  it.each<[string, [number, number, number, number], number]>([
    ['64 channels', [1, 8, 12, 64], 0],
    ['fewer channels', [1, 8, 12, 48], 1],
    ['64 channels of a photograph', [1, 512, 512, 64], 1],
  ])('where none is, on %s of shape %j: as many direct ones as %i', (_, image, direct) => {
    const w = tf.zeros<tf.Rank.R4>([3, 3, image[3], image[3]]);
    const { inputs, outputs } = trace(((x: Tensor4D) => tf.conv2d(x, w, 1, 'same')) as (...args: never[]) => unknown, [tf.zeros(image)]);
    expect(lower(inputs, outputs, { block: 8, webgpu: false }).nodes.filter(({ op }) => op === 'Conv')).toHaveLength(direct);
  });
});

describe.each([2, 4] as const)('the matrices of tiles of %i', (side) => {
  const times = (a: Matrix, b: Matrix): number[][] =>
    a.map((row) => transposed(b).map((column) => row.reduce((sum, x, i) => sum + x * (column[i] as number), 0)));
  const { BT, G, AT } = WINOGRAD[side];

  it('correlate every unit impulse with every unit kernel', () => {
    for (let at = 0; at < side + 2; at++) {
      for (let tap = 0; tap < 3; tap++) {
        const d = Array.from({ length: side + 2 }, (_, i) => [Number(i === at)]);
        const g = Array.from({ length: 3 }, (_, i) => [Number(i === tap)]);
        const [td, tg] = [times(BT, d), times(G, g)];
        const y = times(
          AT,
          td.map(([x], i) => [(x as number) * ((tg[i] as number[])[0] as number)]),
        );
        y.forEach(([value], i) => expect(value).toBeCloseTo(Number(i + tap === at), 12));
      }
    }
  });

  // What lies over a neighbouring tile is taken from one element alone.
  it('take the first and the last element of a tile to one product each', () => {
    const columns = transposed(BT);
    expect((columns[0] as number[]).slice(1).every((x) => x === 0)).toBe(true);
    expect((columns.at(-1) as number[]).slice(0, -1).every((x) => x === 0)).toBe(true);
  });
});
