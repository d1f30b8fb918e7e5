import {
  getGradient,
  memory,
  mirrorPad,
  mul,
  registerGradient,
  scalar,
  square,
  sum,
  tensor1d,
  tidy,
  zerosLike,
  type Scalar,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { cloneParams, disposeParams, leakChecked, paramCount, useEngine, valueAndGrads, type Params } from '@distillery/tensor';

beforeAll(() => useEngine('wasm'));

const sumOfSquares = (p: Params): Scalar => sum(square(p['a'] as never));

describe('valueAndGrads', () => {
  it('returns loss, aux and gradients by name; a parameter without influence has gradient zero', () => {
    const params = { a: tensor1d([1, -2, 3]), b: tensor1d([4, 5]) };
    const { loss, aux, grads } = valueAndGrads((p) => {
      const doubled = mul(p['a'] as never, 2);
      return { loss: sum(square(doubled)) as Scalar, aux: { doubled } };
    }, params);
    expect(loss.arraySync()).toBe(56);
    expect(Array.from(aux.doubled.dataSync())).toEqual([2, -4, 6]);
    expect(Array.from(grads['a']?.dataSync() ?? [])).toEqual([8, -16, 24]);
    expect(Array.from(grads['b']?.dataSync() ?? [])).toEqual([0, 0]);
  });

  it('frees all but what it returns, inside and outside a tidy', () => {
    const params = { a: tensor1d([1, 2]) };
    const call = (): number => {
      const { loss, aux, grads } = valueAndGrads((p) => ({ loss: sumOfSquares(p), aux: { twice: mul(p['a'] as never, 2) } }), params);
      loss.dispose();
      disposeParams(aux);
      disposeParams(grads);
      return memory().numTensors;
    };
    const before = memory().numTensors;
    expect(call()).toBe(before);
    tidy(() => {
      valueAndGrads((p) => ({ loss: sumOfSquares(p), aux: { twice: mul(p['a'] as never, 2) } }), params);
    });
    expect(memory().numTensors).toBe(before);
  });

  it('nests: the gradient of a gradient norm', () => {
    // g = 2a, loss = sum g^2 = 4 sum a^2, so d loss / da = 8a.
    const { grads } = valueAndGrads(
      (outer) => {
        const inner = valueAndGrads((p) => ({ loss: sumOfSquares(p), aux: {} }), outer);
        return { loss: sum(square(inner.grads['a'] as never)) as Scalar, aux: {} };
      },
      { a: tensor1d([1, -3]) },
    );
    expect(Array.from(grads['a']?.dataSync() ?? [])).toEqual([8, -24]);
  });

  it('differentiates rightly after something else has overwritten the gradients that tfjs has wrong', () => {
    const stale = getGradient('MirrorPad');
    registerGradient({ ...stale, gradFunc: (_dy, saved) => ({ x: () => zerosLike(saved[0] as Tensor) }) });
    const { grads } = valueAndGrads((p) => ({ loss: sum(mirrorPad(p['a'] as Tensor, [[1, 1]], 'symmetric')) as Scalar, aux: {} }), {
      a: tensor1d([1, 2, 3]),
    });
    expect(Array.from(grads['a']?.dataSync() ?? [])).toEqual([2, 1, 2]);
  });

  it('throws for a loss that is no scalar or depends on nothing', () => {
    const params = { a: tensor1d([1, 2]) };
    expect(() => valueAndGrads((p) => ({ loss: p['a'] as Scalar, aux: {} }), params)).toThrow(/scalar/);
    expect(() => valueAndGrads(() => ({ loss: scalar(1), aux: {} }), params)).toThrow();
  });
});

describe('params', () => {
  it('counts, clones and frees', () => {
    const params = { a: tensor1d([1, 2, 3]), b: scalar(4) };
    expect(paramCount(params)).toBe(4);
    const copy = cloneParams(params);
    disposeParams(params);
    expect(Array.from(copy['a']?.dataSync() ?? [])).toEqual([1, 2, 3]);
    expect(params.a.isDisposed).toBe(true);
  });
});

describe('leakChecked', () => {
  const held = (tensors: unknown[]): number => tensors.length;

  it('passes what the result holds and names what it does not', () => {
    const a = scalar(1);
    expect(leakChecked(() => [mul(a, 2)], held)()).toHaveLength(1);
    const leaky = leakChecked(() => {
      mul(a, 3);
      return [mul(a, 2)];
    }, held);
    expect(leaky).toThrow(/1 tensors leaked/);
  });
});
