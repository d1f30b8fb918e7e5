import { engine, memory, mul, square, sum, tensor, type Scalar, type Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { compiled, disposeParams, valueAndGrads, type Compiled, type Params } from '@distillery/tensor';
import { onEveryEngine } from './engines';
import { GAPS, type Part } from './gaps';
import { errorAgainst, GOLDENS, inputTensor, titleOf, weights, type Expected, type GoldenCase } from './golden';
import { OPERATIONS } from './operations';

/** Largest error allowed, relative to the largest magnitude in the array compared. */
const TOLERANCE = 1e-5;

/** Live tensors, and buffers of the backend: a kernel can leak either. */
function live(): { tensors: number; buffers: number } {
  return { tensors: memory().numTensors, buffers: engine().backend.numDataIds() };
}

const weighted = (shape: readonly number[], seed: number): Tensor => tensor(weights(shape, seed), [...shape], 'float32');

/** sum(r y) or sum(r y^2), as case.py has them. */
const firstLoss = (y: Tensor, r: Tensor): Scalar => sum(mul(r, y));
const secondLoss = (y: Tensor, r: Tensor): Scalar => sum(mul(r, square(y)));

type Apply = (inputs: readonly Tensor[], params: Params) => Tensor;
type Arguments = [params: Params, inputs: readonly Tensor[], r: Tensor, directions: Params];
type Gradients = (...args: Arguments) => { grads: Params };

function firstGradients(apply: Apply): Gradients {
  return (params, inputs, r) => ({ grads: valueAndGrads((p) => ({ loss: firstLoss(apply(inputs, p), r), aux: {} }), params).grads });
}

function secondGradients(apply: Apply): Gradients {
  return (params, inputs, r, directions) => {
    const along = (outer: Params): Scalar => {
      const { grads } = valueAndGrads((p) => ({ loss: secondLoss(apply(inputs, p), r), aux: {} }), outer);
      return Object.entries(directions)
        .map(([i, v]) => sum<Scalar>(mul(v, grads[i] as Tensor)))
        .reduce((a, b) => a.add(b));
    };
    return { grads: valueAndGrads((p) => ({ loss: along(p), aux: {} }), params).grads };
  };
}

/** Runs what is compiled, or expects it to fail where the tables say so. */
async function offered<R>(run: () => Promise<R>, gap: string | undefined): Promise<R | null> {
  if (gap === undefined) return run();
  await expect(run(), `stands in the table of gaps (${gap}), but is there`).rejects.toThrow();
  return null;
}

async function check(golden: GoldenCase, gaps: Partial<Record<Part, string>>): Promise<void> {
  const operation = OPERATIONS[golden.op];
  if (!operation) throw new Error(`golden of '${golden.op}', which suite/operations.ts does not have`);
  const apply: Apply = (inputs, params) =>
    operation(
      inputs.map((x, i) => params[i] ?? x),
      golden.attrs as never,
    );
  const inputs = golden.inputs.map(inputTensor);
  const differentiable = Object.keys(golden.gradients ?? {});
  const params = Object.fromEntries(differentiable.map((i) => [i, inputs[Number(i)] as Tensor]));
  const r = weighted(golden.value.shape, 1);
  const directions = Object.fromEntries(Object.entries(params).map(([i, x]) => [i, weighted(x.shape, 2 + Number(i))]));

  const forward = compiled((xs: readonly Tensor[]) => ({ y: apply(xs, {}) }));
  const open: Compiled<never, unknown>[] = [forward];
  try {
    const before = live();
    const computed = await offered(() => forward(inputs), gaps.value);
    if (computed) {
      const { y } = computed;
      expect(y.shape).toEqual(golden.value.shape);
      expect(y.dtype).toBe(golden.value.dtype ?? 'float32');
      expect(errorAgainst(golden.value, y), 'value').toBeLessThan(TOLERANCE);
      y.dispose();
      expect(live(), 'tensors or buffers left behind by the operation').toEqual(before);
    }
    const parts: [Part, Gradients, Readonly<Record<string, Expected>> | undefined][] = [
      ['gradient', firstGradients(apply), golden.gradients],
      ['second derivative', secondGradients(apply), golden.second],
    ];
    for (const [part, gradients, expected] of parts) {
      if (!expected) continue;
      const run = compiled(gradients);
      open.push(run);
      const found = await offered(() => run(params, inputs, r, directions), gaps[part]);
      if (!found) continue;
      for (const [i, array] of Object.entries(expected))
        expect(errorAgainst(array, found.grads[i] as Tensor), `${part} of input ${i}`).toBeLessThan(TOLERANCE);
      disposeParams(found.grads);
      expect(live(), `tensors or buffers left behind by the ${part}`).toEqual(before);
    }
  } finally {
    for (const session of open) await session.dispose();
    disposeParams(Object.fromEntries([...inputs, r, ...Object.values(directions)].map((x, i) => [i, x])));
  }
}

onEveryEngine((name) => {
  const families = new Set(GOLDENS.map(({ family }) => family));
  describe.each([...families])('%s', (family) => {
    for (const golden of GOLDENS.filter((one) => one.family === family)) {
      it(titleOf(golden), () => check(golden, GAPS[name]?.[golden.op] ?? {}));
    }
  });
});
