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

const norm = (values: readonly number[]): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

/** The part of the state that a tensor is of, such as `network` or `adam.m`. */
const slotOf = (tensor: string): string => tensor.slice(0, tensor.indexOf('/'));

/** Smallest part of the largest tensor of its slot that counts: moments of a gradient that is zero in exact arithmetic are nothing but rounding. */
const LEAST = 1e-6;

/** |a - b| / |b| of every tensor of a state, in the Euclidean norm. */
function relativeErrors(a: Readonly<Record<string, number[]>>, b: Readonly<Record<string, number[]>>): Record<string, number> {
  const largest: Record<string, number> = {};
  for (const [name, values] of Object.entries(b)) largest[slotOf(name)] = Math.max(largest[slotOf(name)] ?? 0, norm(values));
  return Object.fromEntries(
    Object.entries(b).map(([name, values]) => {
      const difference = norm((a[name] as number[]).map((value, i) => value - (values[i] as number)));
      return [name, difference / (Math.max(norm(values), LEAST * (largest[slotOf(name)] as number)) || 1)];
    }),
  );
}

/** Moments are of gradients, which differ more than the parameters that they move. */
const tolerance = (tensor: string): number => (slotOf(tensor).startsWith('adam') ? 1e-3 : 1e-4);

describe.each(others)('engine %s', (engine) => {
  for (const [name, make] of Object.entries(METHODS)) {
    it(`${name}: its whole state agrees with wasm after twenty steps, parameters to 1e-4, moments to 1e-3`, async ({ skip }) => {
      await needs(engine, skip);
      const reference = await trained(make, 'wasm');
      const ours = await trained(make, engine);
      expect(ours.fallback).toBeNull();
      expect(Object.keys(ours.state).sort()).toEqual(Object.keys(reference.state).sort());
      const errors = relativeErrors(ours.state, reference.state);
      // A tensor that is not a number is none within its tolerance.
      expect(Object.fromEntries(Object.entries(errors).filter(([tensor, error]) => !(error < tolerance(tensor))))).toEqual({});
    });

    it(`${name}: the same bytes when run again`, async ({ skip }) => {
      await needs(engine, skip);
      expect((await trained(make, engine)).state).toEqual((await trained(make, engine)).state);
    });
  }
});
