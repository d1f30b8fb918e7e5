import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor4D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { compile, seedRng, uniformTensor, useEngine, valueAndGrads, type Params } from '@distillery/tensor';
import { lower } from '../../src/onnx/lower/lower';
import { splitConstants } from '../../src/onnx/lower/split-constants';
import { trace } from '../../src/compile/trace';
import { relativeDifference } from './networks';

beforeAll(() => useEngine('onnx'));

/** 147 kB a kernel: large enough to be kept out of the model; 60 channels have no blocks. */
const WIDTHS = [64, 60];

/** Two frozen convolutions and a constant added, and the gradient of their output's mean in x. */
function frozen(width: number): (x: Tensor4D) => Record<string, tf.Tensor> {
  const rng = seedRng(1);
  const draw = (shape: number[]) => uniformTensor(rng, shape, -0.1, 0.1) as Tensor4D;
  const kernels = [draw([3, 3, width, width]), draw([3, 3, width, width])];
  const offset = draw([1, 20, 20, width]);
  return (x) => {
    const { loss, grads } = valueAndGrads(
      ({ x: input }: Params) => {
        const y = kernels.reduce<Tensor4D>((h, w) => tf.tanh(tf.conv2d(h, w, 1, 'same')), tf.add(input as Tensor4D, offset));
        return { loss: tf.mean(y) as Scalar, aux: {} };
      },
      { x },
    );
    return { loss, gradient: grads.x as tf.Tensor, plain: tf.add(x, offset) };
  };
}

describe.each(WIDTHS)('large constants of %i channels', (width) => {
  const image = () => uniformTensor(seedRng(2), [1, 20, 20, width], 0, 1) as Tensor4D;

  it('give the same values and gradients as when the function is not compiled', async () => {
    const f = frozen(width);
    const compiled = await compile(f, [image()]);
    for (const seed of [3, 4]) {
      const x = uniformTensor(seedRng(seed), [1, 20, 20, width], 0, 1) as Tensor4D;
      const [ours, eager] = [await compiled(x), f(x)];
      for (const [name, value] of Object.entries(eager))
        expect(relativeDifference(ours[name] as tf.Tensor, value), name).toBeLessThan(1e-5);
    }
    await compiled.dispose();
  });

  it('stay out of the model, and are rearranged before it and not in it', () => {
    const { inputs, outputs } = trace(frozen(width) as (...args: never[]) => unknown, [image()]);
    const whole = lower(inputs, outputs, { block: 8, webgpu: false });
    const { constants, once, each, fed } = splitConstants(whole);
    expect(constants.length).toBeGreaterThanOrEqual(3);
    expect(Math.max(...each.initializers.map(({ data }) => data.byteLength))).toBeLessThan(2 ** 16);
    expect(once.nodes.length).toBeGreaterThan(0);
    expect(once.nodes.length + each.nodes.length).toBe(whole.nodes.length);
    const known = new Set([...fed, ...[...each.inputs, ...each.initializers].map(({ name }) => name)]);
    for (const { inputs: needed, outputs: made } of each.nodes) {
      for (const name of needed) expect(known).toContain(name);
      for (const name of made) known.add(name);
    }
  });
});
