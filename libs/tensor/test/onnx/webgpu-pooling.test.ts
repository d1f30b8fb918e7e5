import { maxPool, mul, sum, tensor, type Scalar, type Tensor, type Tensor4D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useEngine, valueAndGrads } from '@distillery/tensor';
import { trace } from '../../src/compile/trace';
import { lower } from '../../src/onnx/lower/lower';
import { openSession } from '../../src/onnx/run/session';
import { fromOrt, toOrt } from '../../src/onnx/run/tensors';
import { errorAgainst, GOLDENS, inputTensor, titleOf, weights, type Expected, type GoldenCase } from '../suite/golden';

beforeAll(() => useEngine('onnx'));

/** The gradient of maximum pooling as it is lowered for WebGPU, whose pooling has no indices: standard operations, which the processor runs as well. */
async function gradientForWebgpu({ inputs, value, attrs }: GoldenCase): Promise<Tensor> {
  const { window, strides, pad } = attrs as { window: [number, number]; strides: [number, number]; pad: 'same' };
  const x = inputTensor(inputs[0] as GoldenCase['inputs'][number]);
  const r = tensor(weights(value.shape, 1), [...value.shape], 'float32');
  const gradient = (image: Tensor4D): Tensor =>
    valueAndGrads((p) => ({ loss: sum<Scalar>(mul(r, maxPool(p['x'] as Tensor4D, window, strides, pad))), aux: {} }), { x: image }).grads[
      'x'
    ] as Tensor;
  const { inputs: given, outputs } = trace(gradient as (...args: never[]) => Tensor, [x]);
  const graph = lower(given, outputs, { block: 0, webgpu: true });
  expect(graph.nodes.filter(({ op, outputs: made }) => op === 'ScatterElements' || (op === 'MaxPool' && made.length > 1))).toEqual([]);
  const session = await openSession(graph, 'cpu', { threads: 1 });
  const feeds = Object.fromEntries(graph.inputs.map((input) => [input.name, toOrt(input, x)]));
  const results = await session.run(feeds);
  await session.release();
  const [output] = graph.outputs as [(typeof graph.outputs)[number]];
  return fromOrt(results[output.name] as never, { type: 'float32', shape: output.shape as readonly number[] });
}

describe('maximum pooling without indices', () => {
  const cases = GOLDENS.filter(({ op }) => op === 'maxPool');
  it.each(cases.map((golden) => [titleOf(golden), golden] as const))('%s', async (_, golden) => {
    const dx = await gradientForWebgpu(golden);
    expect(errorAgainst(golden.gradients?.['0'] as Expected, dx)).toBeLessThan(1e-5);
  });
});
