import { add, dispose, engine, memory, mul, sum, tensor, type Scalar, type Tensor } from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { compiled, disposeParams, valueAndGrads, type EngineName, type Params } from '@distillery/tensor';
import { isConstant, type Value } from '../../src/compile/graph/value';
import { record } from '../../src/compile/record/record';
import { compiles, gapOf, hasInfinities, PARTS, toleranceOf, type Part } from './gaps';
import { errorAgainst, inputTensor, weights, type Expected, type GoldenCase } from './golden';
import { OPERATIONS } from './operations';

/** Live tensors, and buffers of the backend: a kernel can leak either. */
function live(): { tensors: number; buffers: number } {
  return { tensors: memory().numTensors, buffers: engine().backend.numDataIds() };
}

const weighted = (shape: readonly number[], seed: number): Tensor => tensor(weights(shape, seed), [...shape], 'float32');

/** sum(r y) or sum(r y (y + 1)), as case.py has them. */
const firstLoss = (y: Tensor, r: Tensor): Scalar => sum(mul(r, y));
const secondLoss = (y: Tensor, r: Tensor): Scalar => sum(mul(r, mul(y, add(y, 1))));

type Apply = (inputs: readonly Tensor[], params: Params) => Tensor;
type Arguments = [params: Params, inputs: readonly Tensor[], r: Tensor, directions: Params];

/** How each part of a golden is computed; the value alone bears the name of no input. */
const COMPUTE: Readonly<Record<Part, (apply: Apply, ...args: Arguments) => Params>> = {
  value: (apply, _params, inputs) => ({ value: apply(inputs, {}) }),
  gradient: (apply, params, inputs, r) => valueAndGrads((p) => ({ loss: firstLoss(apply(inputs, p), r), aux: {} }), params).grads,
  'second derivative': (apply, params, inputs, r, directions) => {
    const along = (outer: Params): Scalar => {
      const { grads } = valueAndGrads((p) => ({ loss: secondLoss(apply(inputs, p), r), aux: {} }), outer);
      return Object.entries(directions)
        .map(([i, v]) => sum<Scalar>(mul(v, grads[i] as Tensor)))
        .reduce((a, b) => add(a, b));
    };
    return valueAndGrads((p) => ({ loss: along(p), aux: {} }), params).grads;
  },
};

/** Computes parts as the engine runs them best, and hands them to `inspect`. Nothing may be left behind. */
async function computed(
  parts: readonly Part[],
  apply: Apply,
  args: Arguments,
  inspect: (results: Readonly<Record<string, Params>>) => void,
) {
  const run = compiled((...given: Arguments) => Object.fromEntries(parts.map((part) => [part, COMPUTE[part](apply, ...given)])));
  try {
    const before = live();
    const results = await run(...args);
    inspect(results);
    for (const tensors of Object.values(results)) disposeParams(tensors);
    expect(live(), 'tensors or buffers left behind').toEqual(before);
  } finally {
    await run.dispose();
  }
}

/** Compares all parts of a golden that the engine offers, and makes sure that it lacks the others. */
export async function check(engineName: EngineName, golden: GoldenCase): Promise<void> {
  const operation = OPERATIONS[golden.op];
  if (!operation) throw new Error(`golden of '${golden.op}', which suite/operations.ts does not have`);
  const replaced = (inputs: readonly Tensor[], params: Params): Tensor[] => inputs.map((x, i) => params[i] ?? x);
  const apply: Apply = (inputs, params) => operation(replaced(inputs, params), golden.attrs as never);
  const inputs = golden.inputs.map(inputTensor);
  const params = Object.fromEntries(Object.keys(golden.gradients ?? {}).map((i) => [i, inputs[Number(i)] as Tensor]));
  const r = weighted(golden.value.shape, 1);
  const directions = Object.fromEntries(Object.entries(params).map(([i, x]) => [i, weighted(x.shape, 2 + Number(i))]));
  const args: Arguments = [params, inputs, r, directions];
  const expected = { value: { value: golden.value }, gradient: golden.gradients, 'second derivative': golden.second };
  const parts = PARTS.filter((part) => expected[part]);
  const gap = (part: Part): string | null => gapOf(engineName, golden.op, part);
  const tolerance = toleranceOf(engineName, golden.op);
  const compare = (results: Readonly<Record<string, Params>>): void => {
    for (const [part, tensors] of Object.entries(results)) {
      for (const [name, array] of Object.entries(expected[part as Part] as Record<string, Expected>)) {
        const actual = tensors[name] as Tensor;
        expect(actual.shape).toEqual(array.shape);
        expect(actual.dtype).toBe(array.dtype ?? 'float32');
        expect(errorAgainst(array, actual, hasInfinities(engineName)), part === 'value' ? part : `${part} of input ${name}`).toBeLessThan(
          tolerance,
        );
      }
    }
  };
  const offered = parts.filter((part) => gap(part) === null);
  if (offered.length > 0) await computed(offered, apply, args, compare);
  for (const part of parts.filter((one) => gap(one) !== null)) {
    const attempt = computed([part], apply, args, compare);
    await expect(attempt, `the ${part} stands in the table of gaps (${gap(part)}), but is there`).rejects.toThrow();
  }
  if (compiles(engineName)) expectFolded(golden, () => apply(inputs, {}));
  dispose([...inputs, r, ...Object.values(directions)]);
}

/** What does not depend on a compiled function's arguments is computed while it is recorded. */
function expectFolded(golden: GoldenCase, compute: () => Tensor): void {
  const { outputs } = record(compute, []);
  const value = outputs[0]?.value as Value;
  if (!isConstant(value)) return;
  const y = tensor(value.source.data, [...value.shape], value.type);
  expect(errorAgainst(golden.value, y), 'value of constants').toBeLessThan(1e-5);
  y.dispose();
}
