import { memory, scalar, tensor1d, type Tensor } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { adamInit, adamUpdate, disposeParams, seedRng, useEngine, type AdamConfig, type AdamState, type Params } from '@distillery/tensor';

beforeAll(() => useEngine('wasm'));

/** Algorithm 1 of Kingma and Ba in float64, with powers of beta rather than the recursion under test. */
function reference(
  start: number,
  grads: readonly number[],
  lr: number,
  { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: AdamConfig,
): number {
  let [p, m, v] = [start, 0, 0];
  grads.forEach((g, i) => {
    m = beta1 * m + (1 - beta1) * g;
    v = beta2 * v + (1 - beta2) * g * g;
    p -= (lr * m) / (1 - beta1 ** (i + 1)) / (Math.sqrt(v / (1 - beta2 ** (i + 1))) + epsilon);
  });
  return p;
}

interface Trained {
  params: Params;
  state: AdamState;
}

function run(from: Trained, grads: readonly number[][], lr: number, config: AdamConfig = {}): Trained {
  return grads.reduce(({ params, state }, grad) => adamUpdate(params, { w: tensor1d(grad) }, state, scalar(lr), config), from);
}

const values = (tensor: Tensor | undefined): number[] => Array.from(tensor?.dataSync() ?? []);

describe('adamUpdate', () => {
  const rng = seedRng(1);
  const start = [0.5, -1.5, 0, 2];
  // Magnitudes from 1e-6 to 1, so that epsilon and the first corrections matter.
  const grads = Array.from({ length: 12 }, () => start.map((_, i) => rng.normal() * 10 ** (-2 * i)));
  const fresh = (): Trained => {
    const params = { w: tensor1d(start) };
    return { params, state: adamInit(params) };
  };

  it.each<[string, AdamConfig]>([
    ['the defaults', {}],
    ['other betas and a large epsilon', { beta1: 0.5, beta2: 0.9, epsilon: 1e-3 }],
  ])('matches the float64 algorithm with %s', (_, config) => {
    const lr = 1e-2;
    const { params } = run(fresh(), grads, lr, config);
    values(params['w']).forEach((value, i) => {
      const expected = reference(start[i] as number, grads.map((grad) => grad[i] as number), lr, config); // prettier-ignore
      expect(Math.abs(value - expected)).toBeLessThan(5e-7);
    });
  });

  it('resumes bit for bit from a state that went through float32 arrays', () => {
    const straight = run(fresh(), grads, 1e-3);
    const half = run(fresh(), grads.slice(0, 5), 1e-3);
    const saved = (params: Params): Params =>
      Object.fromEntries(
        Object.entries(params).map(([name, t]) => [
          name,
          t.rank === 0 ? scalar(values(t)[0] as number) : tensor1d(new Float32Array(values(t))),
        ]),
      );
    const { m, v, t } = half.state;
    const resumed = run({ params: saved(half.params), state: { m: saved(m), v: saved(v), t: saved(t) } }, grads.slice(5), 1e-3);
    expect(values(resumed.params['w'])).toEqual(values(straight.params['w']));
    expect(values(resumed.state.v['w'])).toEqual(values(straight.state.v['w']));
    expect(values(resumed.state.t['biasCorrection2'])).toEqual(values(straight.state.t['biasCorrection2']));
  });

  it('returns new tensors only: parameters, two moments, two corrections', () => {
    const { params, state } = fresh();
    const grad = { w: tensor1d([1, 2, 3, 4]) };
    const lr = scalar(1e-3);
    const before = memory().numTensors;
    const next = adamUpdate(params, grad, state, lr);
    expect(memory().numTensors - before).toBe(5);
    for (const tree of [next.params, next.state.m, next.state.v, next.state.t]) disposeParams(tree);
    expect(memory().numTensors).toBe(before);
    expect(values(params['w'])).toEqual(start);
  });

  it('names a parameter that has no gradient', () => {
    const { params, state } = fresh();
    expect(() => adamUpdate(params, {}, state, scalar(1))).toThrow("no gradient for parameter 'w'");
  });
});
