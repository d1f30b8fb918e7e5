import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  activeEngine,
  compile,
  compileStep,
  engineStatus,
  PRECISIONS,
  seedRng,
  uniformTensor,
  useEngine,
  UserError,
  valueAndGrads,
} from '@distillery/tensor';
import { trace } from '../../src/compile/trace';
import { lower } from '../../src/xla/lower/lower';
import { adamStep, batches, l1, relativeDifference, tinyEdsr, trainingState } from '../onnx/networks';
import { missing } from './here';

afterEach(() => void vi.unstubAllEnvs());

/** A convolution's gradients and a matrix product, lowered. */
function textIn(precision: (typeof PRECISIONS)[number]): string {
  const f = (x: tf.Tensor4D, w: tf.Tensor4D) => {
    const { grads } = valueAndGrads(
      (p) => ({ loss: tf.sum(tf.square(tf.conv2d(p.x as tf.Tensor4D, p.w as tf.Tensor4D, 1, 'same'))), aux: {} }),
      { x, w },
    );
    return [...Object.values(grads), tf.matMul(tf.reshape(x, [8, 8]), tf.reshape(x, [8, 8]))];
  };
  const { inputs, outputs } = trace(f as never, [tf.ones([1, 4, 4, 4]), tf.ones([3, 3, 4, 4])]);
  return lower(inputs, outputs, { precision, fedFrom: 1024 }).text;
}

describe('a program', () => {
  beforeAll(async () => void (await useEngine('wasm')));

  const lines = (text: string, op: string): string[] => text.split('\n').filter((line) => line.includes(`stablehlo.${op}`));

  it.each([
    ['float32', 'f32', 'HIGHEST', 'HIGHEST'],
    ['tf32', 'f32', 'DEFAULT', 'DEFAULT'],
    ['bf16', 'bf16', 'HIGHEST', 'HIGHEST'],
  ] as const)('in %s has convolutions of %s, and says how float32 is multiplied', (precision, type, convolutions, products) => {
    const text = textIn(precision);
    expect(lines(text, 'convolution')).toHaveLength(3);
    for (const line of lines(text, 'convolution')) {
      expect(line).toMatch(new RegExp(`: \\(tensor<[0-9x]+x${type}>, tensor<[0-9x]+x${type}>\\) -> tensor<[0-9x]+x${type}>$`));
      expect(line).toContain(`precision ${convolutions}>, #stablehlo<precision ${convolutions}>`);
    }
    for (const line of lines(text, 'dot_general')) {
      expect(line).toMatch(/-> tensor<8x8xf32>$/);
      expect(line).toContain(`precision = [${products}, ${products}]`);
    }
  });
});

it('an unknown precision is refused by name', async () => {
  vi.stubEnv('DISTILLERY_PRECISION', 'fp8');
  const status = (await engineStatus()).find(({ name }) => name === 'xla:cpu');
  expect(status?.available).toBe(false);
  if (missing === null) {
    expect(status?.detail).toBe("precision 'fp8': expected one of float32, tf32, bf16");
    await expect(useEngine('xla:cpu')).rejects.toThrow(UserError);
  }
});

describe.skipIf(missing !== null)(`bfloat16 convolutions on XLA's processor${missing === null ? '' : ` (${missing})`}`, () => {
  async function start(precision: string): Promise<void> {
    vi.stubEnv('DISTILLERY_PRECISION', precision);
    expect((await useEngine('xla:cpu')).precision).toBe(precision);
  }

  const rng = seedRng(5);
  /** The largest error of values and gradients, relative to the largest value. */
  async function convolved() {
    const f = (x: tf.Tensor4D, w: tf.Tensor4D) => {
      const { loss, grads } = valueAndGrads(
        (p) => ({ loss: tf.sum(tf.square(tf.conv2d(p.x as tf.Tensor4D, p.w as tf.Tensor4D, 1, 'same'))), aux: {} }),
        { x, w },
      );
      return { state: { x: grads.x, w: grads.w }, losses: { loss } };
    };
    const args = { x: uniformTensor(rng.split('x'), [2, 8, 8, 16], -1, 1), w: uniformTensor(rng.split('w'), [3, 3, 16, 16], -1, 1) };
    const step = await compileStep((state: typeof args) => f(state.x as tf.Tensor4D, state.w as tf.Tensor4D) as never, args, {
      none: tf.scalar(0),
    });
    await step.start({ none: tf.scalar(0) });
    const [losses] = await step.losses();
    const state = await step.state();
    await step.dispose();
    return { loss: losses?.loss as number, ...state };
  }

  it('are within what 8 bits of mantissa give, and not float32', async () => {
    await start('float32');
    const exact = await convolved();
    await start('bf16');
    const rounded = await convolved();
    // Factors and results are rounded to a 2^-9 of themselves; a sum's error grows with the root of its terms, as does the sum.
    expect(Math.abs(rounded.loss / exact.loss - 1)).toBeLessThan(2 ** -7);
    for (const name of ['x', 'w'] as const) {
      const difference = relativeDifference(rounded[name], exact[name]);
      expect(difference, name).toBeLessThan(2 ** -6);
      expect(difference, name).toBeGreaterThan(2 ** -14);
    }
  });

  it('train as float32 does: losses within a hundredth over 30 steps, and the same bytes twice', async () => {
    const net = tinyEdsr(16, 2);
    const step = adamStep((p, { lr, hr }) => l1(net.apply(p, lr), hr));
    const batchOf = batches(4, 12);
    const trained = async (): Promise<number[]> => {
      const compiled = await compileStep(step, trainingState(net.init(seedRng(1))), batchOf(0));
      for (let i = 0; i < 30; i++) await compiled.start(batchOf(i % 4));
      const losses = await compiled.losses();
      await compiled.dispose();
      return losses.map(({ total }) => total as number);
    };
    await start('float32');
    const exact = await trained();
    await start('bf16');
    const rounded = await trained();
    expect(await trained()).toEqual(rounded);
    expect(rounded).not.toEqual(exact);
    rounded.forEach((loss, i) => expect(Math.abs(loss / (exact[i] as number) - 1), `step ${i + 1}`).toBeLessThan(0.01));
  });

  it('are for training steps: functions, which score networks, stay float32', async () => {
    const [x, w] = [
      uniformTensor(seedRng(1), [1, 8, 8, 4], -1, 1) as tf.Tensor4D,
      uniformTensor(seedRng(2), [3, 3, 4, 4], -1, 1) as tf.Tensor4D,
    ];
    const value = async (): Promise<Float32Array> => {
      const f = await compile((a: tf.Tensor4D, b: tf.Tensor4D) => tf.conv2d(a, b, 1, 'same'), [x, w]);
      const y = await f(x, w);
      await f.dispose();
      return y.dataSync<'float32'>();
    };
    await start('float32');
    const exact = await value();
    await start('bf16');
    expect(await value()).toEqual(exact);
    expect(activeEngine().precision).toBe('bf16');
  });
});
