import { disposeState, train, type Method } from '@distillery/distill';
import { engineStatus, ENGINES, seedRng, useEngine } from '@distillery/tensor';
import { describe, expect, it } from 'vitest';
import { METHODS } from './methods';
import { numbers, toyStreams } from './toy';

const others = ENGINES.filter((name) => name !== 'wasm');

/** Skips the test, naming the engine and what it lacks, where the engine is not installed. */
async function needs(engine: string, skip: (note: string) => void): Promise<void> {
  const status = (await engineStatus()).find(({ name }) => name === engine);
  if (!status?.available) skip(`engine ${engine}: ${status?.detail}`);
}

/** Twenty steps on an engine: the final state's numbers, and the reason if the step could not be compiled. */
async function trained(make: () => Method, engine: string): Promise<{ state: Record<string, number[]>; fallback: string | null }> {
  await useEngine(engine);
  const method = make();
  const rng = seedRng(5);
  let fallback: string | null = null;
  const state = await train({
    method,
    state: method.init(seedRng(1)),
    nextBatch: () => toyStreams(rng),
    schedule: { steps: 20, learningRate: 1e-3, decay: 0.1, decayEvery: 10 },
    startStep: 0,
    checkpointEvery: 0,
    onFallback: (reason) => (fallback = reason),
  });
  const result = numbers(state);
  disposeState(state);
  return { state: result, fallback };
}

/** |a - b| / |b| over a tensor, in the Euclidean norm. */
function relativeError(a: readonly number[], b: readonly number[]): number {
  const norm = (values: readonly number[]) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return norm(a.map((value, i) => value - (b[i] as number))) / (norm(b) || 1);
}

describe.each(others)('engine %s', (engine) => {
  for (const [name, make] of Object.entries(METHODS)) {
    it(`${name}: parameters agree with wasm to 1e-4 after twenty steps`, async ({ skip }) => {
      await needs(engine, skip);
      const reference = await trained(make, 'wasm');
      const ours = await trained(make, engine);
      expect(ours.fallback).toBeNull();
      for (const [tensor, values] of Object.entries(reference.state))
        if (/^(network|specialist|generalist)\//.test(tensor))
          expect(relativeError(ours.state[tensor] as number[], values)).toBeLessThan(1e-4);
    });

    it(`${name}: the same bytes when run again`, async ({ skip }) => {
      await needs(engine, skip);
      expect((await trained(make, engine)).state).toEqual((await trained(make, engine)).state);
    });
  }
});
