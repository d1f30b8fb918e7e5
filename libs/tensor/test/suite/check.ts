import { engine, memory, mul, sum, tensor, type Scalar, type Tensor } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { compiled, disposeParams, seedRng, UnsupportedOperation, valueAndGrads, type Params } from '@distillery/tensor';
import { size, type NdArray } from '../reference/array';

/** One operation of the suite: what the engine computes, and the same in float64 by other means. */
export interface Case {
  readonly name: string;
  readonly inputs: readonly NdArray[];
  readonly op: (...inputs: Tensor[]) => Tensor;
  readonly reference: (...inputs: NdArray[]) => NdArray;
  /** Inputs with respect to which there is a gradient; all unless given. */
  readonly differentiable?: readonly number[];
  /** Largest error allowed, relative to the largest magnitude in the array compared; 1e-5 unless given. */
  readonly tolerance?: number;
}

let seed = 0;

/** Normal values, the same in every run of a file. Values that a float32 tensor can hold, so that both sides see the same input. */
export function normals(shape: readonly number[], std = 1, mean = 0): NdArray {
  const rng = seedRng(seed++);
  return { shape, data: Float64Array.from({ length: size(shape) }, () => Math.fround(mean + std * rng.normal())) };
}

/** Uniform values in [lo, hi). */
export function uniforms(shape: readonly number[], lo: number, hi: number): NdArray {
  const rng = seedRng(seed++);
  return { shape, data: Float64Array.from({ length: size(shape) }, () => Math.fround(lo + (hi - lo) * rng.uniform())) };
}

/** All different, no two closer than 1 / n, between -0.7 and 1.3: for operations that choose among elements, whose choice must survive a small step. */
export function distinct(shape: readonly number[]): NdArray {
  const n = size(shape);
  const order = seedRng(seed++).shuffle(Array.from({ length: n }, (_, i) => i));
  return { shape, data: Float64Array.from(order, (i) => Math.fround((2 * i + 1) / n - 0.7)) };
}

export function toTensor({ shape, data }: NdArray): Tensor {
  return tensor(Float32Array.from(data), [...shape], 'float32');
}

/** Largest difference relative to the largest expected magnitude. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity;
  let [difference, scale] = [0, 1e-30];
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs((actual[i] as number) - (expected[i] as number));
    // Not Math.max alone: a NaN must count as the largest error there is.
    difference = error <= difference ? difference : Number.isNaN(error) ? Infinity : error;
    scale = Math.max(scale, Math.abs(expected[i] as number));
  }
  return difference / scale;
}

/** Live tensors, and buffers of the backend: a kernel can leak either. */
function live(): { tensors: number; buffers: number } {
  return { tensors: memory().numTensors, buffers: engine().backend.numDataIds() };
}

/** Elements of an input whose gradient is checked: all of a small one, an even sample of a large one. */
function sampled(length: number): number[] {
  const wanted = Math.min(length, 60);
  return Array.from({ length: wanted }, (_, i) => Math.floor(((i + 0.5) * length) / wanted));
}

/** d loss / d inputs[which] at some elements, by central differences in float64. */
function centralDifferences(loss: (inputs: readonly NdArray[]) => number, inputs: readonly NdArray[], which: number): number[] {
  const step = 1e-5;
  const x = inputs[which] as NdArray;
  const shifted = (i: number, by: number): number => {
    const data = Float64Array.from(x.data);
    data[i] = (data[i] as number) + by;
    return loss(inputs.map((input, k) => (k === which ? { shape: x.shape, data } : input)));
  };
  return sampled(x.data.length).map((i) => (shifted(i, step) - shifted(i, -step)) / (2 * step));
}

/**
 * Declares the test of one operation: its value against the float64 reference, the gradient of loss = sum(r y), r fixed random
 * weights, against central differences of the reference, and that neither leaves a tensor behind.
 */
export function check({ name, inputs, op, reference, differentiable = inputs.map((_, i) => i), tolerance = 1e-5 }: Case): void {
  it(name, async (test) => {
    const expected = reference(...inputs);
    const weights = normals(expected.shape);
    const tensors = inputs.map(toTensor);
    const r = toTensor(weights);
    const forward = compiled((xs: readonly Tensor[]) => ({ y: op(...xs) }));
    const backward = compiled((params: Params, xs: readonly Tensor[], dy: Tensor) => {
      const f = (p: Params): Scalar => sum(mul(op(...xs.map((x, i) => p[i] ?? x)), dy));
      return { grads: valueAndGrads((p) => ({ loss: f(p), aux: {} }), params).grads };
    });
    try {
      const before = live();
      const { y } = await forward(tensors);
      expect(y.shape).toEqual(expected.shape);
      expect(relativeError(y.dataSync(), expected.data)).toBeLessThan(tolerance);
      y.dispose();
      expect(live(), 'tensors or buffers left behind by the operation').toEqual(before);
      if (differentiable.length === 0) return;

      const { grads } = await backward(Object.fromEntries(differentiable.map((i) => [i, tensors[i] as Tensor])), tensors, r);
      const loss = (arrays: readonly NdArray[]): number =>
        reference(...arrays).data.reduce((total, value, i) => total + value * (weights.data[i] as number), 0);
      for (const i of differentiable) {
        const gradient = grads[i] as Tensor;
        expect(gradient.shape).toEqual(inputs[i]?.shape);
        const values = gradient.dataSync();
        const actual = sampled(values.length).map((k) => values[k] as number);
        expect(relativeError(actual, centralDifferences(loss, inputs, i)), `gradient of input ${i}`).toBeLessThan(tolerance);
      }
      disposeParams(grads);
      expect(live(), 'tensors or buffers left behind by the gradient').toEqual(before);
    } catch (error) {
      if (error instanceof UnsupportedOperation) test.skip(error.message);
      throw error;
    } finally {
      await forward.dispose();
      await backward.dispose();
    }
  });
}
