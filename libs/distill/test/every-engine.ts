import { tensor, type Scalar, type Tensor } from '@tensorflow/tfjs-core';
import { compiled, disposeParams, seedRng, valueAndGrads, type Params } from '@distillery/tensor';
import { expect, it } from 'vitest';

export { onEveryEngine } from '../../tensor/test/suite/engines';

/** Float64 values of a tensor that a loss takes; representable in float32, so that both sides see the same input. */
export interface Values {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** A loss as the engine computes it, and the same in float64 by other means. */
export interface LossCase<K extends string> {
  readonly name: string;
  readonly inputs: Readonly<Record<K, Values>>;
  loss(inputs: Readonly<Record<K, Tensor>>): Scalar;
  reference(inputs: Readonly<Record<K, readonly number[]>>): number;
  /** Inputs that the loss is differentiated in; the others must not move it. All unless given. */
  readonly differentiable?: readonly NoInfer<K>[];
  /** Value from an independent computation, where there is one. */
  readonly golden?: number;
  /** Largest error allowed, relative to the largest magnitude compared; 1e-5 unless given. */
  readonly tolerance?: number;
}

/** Normal values of a seed. */
export function normalValues(seed: number, shape: readonly number[], std = 1, mean = 0): Values {
  const rng = seedRng(seed);
  const size = shape.reduce((product, side) => product * side, 1);
  return { shape, data: Array.from({ length: size }, () => Math.fround(mean + std * rng.normal())) };
}

/** Declares a test of a loss: its value against float64, its gradients against central differences of that; compiled where the engine compiles. */
export function checkLoss<K extends string>(test: LossCase<K>): void {
  const { name, inputs, loss, reference, golden, tolerance = 1e-5 } = test;
  const names = Object.keys(inputs) as K[];
  const differentiable = test.differentiable ?? names;
  it(name, async () => {
    const data = Object.fromEntries(names.map((key) => [key, inputs[key].data])) as Record<K, readonly number[]>;
    const expected = reference(data);
    if (golden !== undefined) expect(Math.abs(expected - golden)).toBeLessThan(1e-9 * Math.max(1, Math.abs(golden)));
    const tensors = Object.fromEntries(names.map((key) => [key, tensor([...inputs[key].data], [...inputs[key].shape], 'float32')]));
    const only = Object.fromEntries(differentiable.map((key) => [key, tensors[key] as Tensor]));
    const run = compiled((p: Params, all: Params) => {
      const { loss: value, grads } = valueAndGrads((q) => ({ loss: loss({ ...all, ...q } as Record<K, Tensor>), aux: {} }), p);
      return { value, grads };
    });
    try {
      const { value, grads } = await run(only, tensors);
      expect(Math.abs((value.dataSync()[0] as number) - expected)).toBeLessThan(tolerance * Math.max(1, Math.abs(expected)));
      for (const key of differentiable) {
        const actual = grads[key]?.dataSync() as Float32Array;
        const wanted = centralDifferences(reference, data, key);
        const scale = Math.max(...wanted.map(Math.abs), 1e-30);
        wanted.forEach((slope, i) =>
          expect(Math.abs((actual[i] as number) - slope), `d loss / d ${key}[${i}]`).toBeLessThan(tolerance * scale),
        );
      }
      value.dispose();
      disposeParams(grads);
    } finally {
      disposeParams(tensors);
      await run.dispose();
    }
  });
}

function centralDifferences<K extends string>(
  reference: (inputs: Readonly<Record<K, readonly number[]>>) => number,
  data: Readonly<Record<K, readonly number[]>>,
  key: K,
): number[] {
  const step = 1e-6;
  const at = (i: number, by: number): number =>
    reference({ ...data, [key]: data[key].map((value, k) => (k === i ? value + by : value)) } as Record<K, readonly number[]>);
  return data[key].map((_, i) => (at(i, step) - at(i, -step)) / (2 * step));
}
