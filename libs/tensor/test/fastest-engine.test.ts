import { memory } from '@tensorflow/tfjs-core';
import { afterEach, expect, it, vi } from 'vitest';
import { activeEngine, engineStatus, fastestEngine, UserError } from '@distillery/tensor';
import * as engine from '../src/engine';

afterEach(() => vi.restoreAllMocks());

it('chooses an engine that is here, makes it the active one, and says why', async () => {
  const choice = await fastestEngine();
  expect(activeEngine().name).toBe(choice.name);
  const available = (await engineStatus()).filter((status) => status.available).map(({ name }) => name);
  // XLA on the processor is slower than onnx everywhere: it is there to be compared with, and never chosen.
  const candidates = available.filter((name) => name !== 'xla:cpu');
  expect(choice.checked.map(({ name }) => name).sort()).toEqual(candidates.sort());
  for (const { name } of choice.checked) expect(choice.reason).toContain(name);
  expect(choice.checked.every(({ problem }) => problem === null)).toBe(true);
});

it('frees everything it made', async () => {
  await fastestEngine();
  const before = memory().numTensors;
  await fastestEngine();
  expect(memory().numTensors).toBe(before);
});

it('passes over an engine that fails, and says what happened', async () => {
  vi.spyOn(engine, 'engineStatus').mockResolvedValue([
    { name: 'wasm', available: true, detail: '' },
    { name: 'tensorflow', available: true, detail: '' },
  ]);
  const { useEngine } = engine;
  vi.spyOn(engine, 'useEngine').mockImplementation((name, options) => {
    if (name === 'tensorflow') throw new UserError('its card is on fire');
    return useEngine(name, options);
  });
  const choice = await fastestEngine();
  expect(choice.name).toBe('wasm');
  expect(choice.reason).toMatch(/^wasm: .* ms for the step of the self-check, tensorflow its card is on fire$/);
  expect(activeEngine().name).toBe('wasm');
});
