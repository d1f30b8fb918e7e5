import { getBackend } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { activeCompiler, useEngine } from '@distillery/tensor';
import { RECORDERS } from '../../src/compile/record/backend';
import { check } from './check';
import { onEveryEngine } from './engines';
import { compiles } from './gaps';
import { GOLDENS, titleOf } from './golden';
import { OPERATIONS } from './operations';
import { isOutOfUse, OUT_OF_USE, OUT_OF_USE_ON_TENSORFLOW } from './out-of-use';
import { gradientsOffered, kernelsOffered, watch } from './watch';

onEveryEngine((name) => {
  const reached = new Set<string>();
  let restore = (): void => undefined;
  beforeAll(() => {
    expect(activeCompiler() !== null).toBe(compiles(name));
    restore = watch(reached);
  });
  afterAll(() => restore());

  describe.each([...new Set(GOLDENS.map(({ family }) => family))])('%s', (family) => {
    for (const golden of GOLDENS.filter((one) => one.family === family)) {
      it(titleOf(golden), () => check(name, golden));
    }
  });

  it('of every kernel and gradient there is has a golden, or a reason why it needs none', () => {
    const offered = compiles(name) ? Object.keys(RECORDERS) : [...kernelsOffered(getBackend()), ...gradientsOffered()];
    const missing = offered.filter((each) => !reached.has(each) && !isOutOfUse(each));
    expect(missing, missing.join()).toEqual([]);
    const used = [...reached].filter(isOutOfUse);
    expect(used, used.join()).toEqual([]);
  });

  it.runIf(name === 'tensorflow')('names as out of use what only it has', () => {
    const unknown = OUT_OF_USE_ON_TENSORFLOW.filter((each) => !kernelsOffered('tensorflow').includes(each));
    expect(unknown, unknown.join()).toEqual([]);
  });
});

it('names as out of use what there is', async () => {
  await useEngine('wasm');
  const known = [...kernelsOffered('wasm'), ...gradientsOffered(), ...OUT_OF_USE_ON_TENSORFLOW];
  const unknown = [...OUT_OF_USE.keys()].filter((each) => !known.includes(each));
  expect(unknown, unknown.join()).toEqual([]);
});

it('has a golden of every operation', () => {
  expect(Object.keys(OPERATIONS).sort()).toEqual([...new Set(GOLDENS.map(({ op }) => op))].sort());
});
