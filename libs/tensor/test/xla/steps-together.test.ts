import { conv2d, matMul, ones, relu, sum, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useEngine, valueAndGrads } from '@distillery/tensor';
import { multiplyAdds } from '../../src/compile/graph/multiply-adds';
import { trace } from '../../src/compile/trace';
import { gatheredBatches } from '../../src/xla/run/gathered-batches';
import { stepsTogether } from '../../src/xla/run/steps-together';

beforeAll(() => useEngine('wasm'));

function work(f: (...args: never[]) => unknown, args: readonly unknown[]): number {
  return multiplyAdds(trace(f, args).outputs.map(({ value }) => value));
}

describe('multiply-adds', () => {
  it('of a matrix product', () => {
    expect(work((a: Tensor2D, b: Tensor2D) => relu(matMul(a, b)), [ones([3, 5]), ones([5, 7])])).toBe(3 * 5 * 7);
  });

  it('of a convolution and its gradients are three times those of the convolution', () => {
    const forward = 2 * 6 * 8 * 5 * (3 * 3 * 4);
    const convolved = (x: Tensor4D, w: Tensor4D) => conv2d(x, w, 1, 'same');
    const args = [ones([2, 6, 8, 4]), ones([3, 3, 4, 5])];
    expect(work(convolved, args)).toBe(forward);
    const gradients = (x: Tensor4D, w: Tensor4D) =>
      valueAndGrads((p) => ({ loss: sum(relu(convolved(p.x as Tensor4D, p.w as Tensor4D))), aux: {} }), { x, w }).grads;
    expect(work(gradients, args)).toBe(3 * forward);
  });
});

describe('steps run together', () => {
  const fitting = (room: number, most: number) => {
    const { outputs } = trace((a: Tensor2D) => matMul(a, a), [ones([10, 10])]);
    return stepsTogether(
      outputs.map(({ value }) => value),
      { multiplyAdds: room, most, between: 'barrier' },
      50,
    );
  };

  it('are as many as have no more multiply-adds than allowed', () => {
    expect([999, 1999, 2000, 5000, 1e6].map((room) => fitting(room, 5))).toEqual([1, 1, 2, 5, 5]);
  });

  it('go into the steps between two looks at the losses without a rest', () => {
    expect([3, 4, 9, 12].map((most) => fitting(1e9, most))).toEqual([2, 2, 5, 10]);
  });
});

describe('gathered batches', () => {
  const arrays = [{ value: { type: 'float32' as const, shape: [2] } }, { value: { type: 'int32' as const, shape: [] } }];
  const batch = (i: number) => [Float32Array.of(i, -i), Int32Array.of(10 * i)];

  it('lie end to end', () => {
    const gathered = gatheredBatches(arrays, 2);
    gathered.add(batch(1));
    gathered.add(batch(2));
    const first = gathered.takeAll();
    expect(first).toEqual([Float32Array.of(1, -1, 2, -2), Int32Array.of(10, 20)]);
    expect(gathered.count).toBe(0);
    gathered.add(batch(3));
    expect(first[1]).toEqual(Int32Array.of(10, 20));
  });

  it('are taken one by one where they are too few', () => {
    const gathered = gatheredBatches(arrays, 3);
    gathered.add(batch(1));
    gathered.add(batch(2));
    expect(gathered.takeOneByOne()).toEqual([batch(1), batch(2)]);
    expect(gathered.takeOneByOne()).toEqual([]);
  });
});
