import { memory } from '@tensorflow/tfjs-core';
import { disposeState, initialState, train, type Method, type State, type TrainOptions } from '@distillery/distill';
import { engineStatus, ENGINES, Interrupted, isObeying, seedRng, setInterruptSignal, useEngine, UserError } from '@distillery/tensor';
import { afterAll, describe, expect, it } from 'vitest';
import { METHODS } from './methods';
import { numbers, toyStreams } from './toy';

const plain = METHODS.plain as () => Method;

/** A training of a thousand steps, unless it is ended. */
function training(options: Partial<TrainOptions> = {}): Promise<State> {
  const method = plain();
  const rng = seedRng(5);
  return train({
    method,
    state: initialState(method, seedRng(1)),
    nextBatch: () => toyStreams(rng),
    schedule: { steps: 1000, learningRate: 1e-3, decay: 1, decayEvery: 1000 },
    startStep: 0,
    checkpointEvery: 0,
    ...options,
  });
}

afterAll(() => setInterruptSignal(new AbortController().signal));

describe('an interrupt', () => {
  it.for(ENGINES)('ends training early on %s: the state reached is returned, with the losses of every step', async (engine, { skip }) => {
    const status = (await engineStatus()).find(({ name }) => name === engine);
    if (!status?.available) skip(`engine ${engine}: ${status?.detail}`);
    await useEngine(engine);
    const stop = new AbortController();
    setInterruptSignal(stop.signal);
    const seen: number[] = [];
    let ended = 0;
    setTimeout(() => stop.abort(), 50);
    const state = await training({
      onStep: (step) => {
        expect(isObeying()).toBe(true);
        seen.push(step);
      },
      onInterrupted: (step) => void (ended = step),
    });
    expect(ended).toBeGreaterThan(0);
    expect(ended).toBeLessThan(1000);
    expect(seen).toEqual(Array.from({ length: ended }, (_, i) => i + 1));
    expect(isObeying()).toBe(false);

    setInterruptSignal(new AbortController().signal);
    const rate = { learningRate: 1e-3, decay: 1, decayEvery: 1000 };
    const alike = await training({ schedule: { ...rate, steps: ended } });
    expect(numbers(state)).toEqual(numbers(alike));
    [state, alike].forEach(disposeState);
  });

  it('that came before the first step refuses to train, and leaves no tensors', async () => {
    await useEngine('wasm');
    const stop = new AbortController();
    stop.abort();
    setInterruptSignal(stop.signal);
    const before = memory().numTensors;
    await expect(training()).rejects.toThrow(Interrupted);
    expect(memory().numTensors).toBe(before);
  });

  it('during a validation ends the training, not the cell', async () => {
    await useEngine('wasm');
    const stop = new AbortController();
    setInterruptSignal(stop.signal);
    const steps: number[] = [];
    const state = await training({
      validateEvery: 2,
      onValidate: () => {
        stop.abort();
        return Promise.reject(new Interrupted());
      },
      onInterrupted: (step) => void steps.push(step),
    });
    expect(steps).toEqual([2]);
    disposeState(state);
  });

  it('that ended a training is consumed, once: what comes after it goes on, unless more is to stop', async () => {
    await useEngine('wasm');
    const stop = new AbortController();
    let consumed = 0;
    const renew = (): void => {
      consumed++;
      setInterruptSignal(new AbortController().signal);
    };
    setInterruptSignal(stop.signal, renew);
    const onStep = (step: number) => void (step === 2 && stop.abort());
    const schedule = { steps: 2, learningRate: 1e-3, decay: 1, decayEvery: 2 };
    const together = await Promise.all([training({ onStep }), training()]);
    expect(consumed).toBe(1);
    together.forEach(disposeState);
    const before = memory().numTensors;
    disposeState(await training({ schedule }));
    const after = memory().numTensors;

    const all = new AbortController();
    setInterruptSignal(all.signal, () => {
      throw new Interrupted();
    });
    await expect(training({ onStep: (step) => void (step === 2 && all.abort()) })).rejects.toThrow(Interrupted);
    // A method keeps some of its own.
    expect(memory().numTensors - after).toBe(after - before);
  });

  it('does not hide what a validation itself throws', async () => {
    await useEngine('wasm');
    setInterruptSignal(new AbortController().signal);
    await expect(training({ validateEvery: 2, onValidate: () => Promise.reject(new Error('no images')) })).rejects.toThrow('no images');
  });
});

describe('a state', () => {
  it('that a training has consumed says so in one line', async () => {
    await useEngine('wasm');
    setInterruptSignal(new AbortController().signal);
    const method = plain();
    const state = initialState(method, seedRng(1));
    const schedule = { steps: 2, learningRate: 1e-3, decay: 1, decayEvery: 2 };
    disposeState(await training({ method, state, schedule }));
    const error: unknown = await training({ method, state, schedule }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect((error as Error).message).toMatch(/^the state was consumed by an earlier training \('.*' is disposed\); expected a new one/);
    expect((error as Error).message).not.toContain('\n');
  });

  it.each(Object.entries(METHODS))('in which %s begins is its own: what the method starts from outlives it', async (_name, make) => {
    await useEngine('wasm');
    const method = make();
    const [first, second] = [initialState(method, seedRng(1)), initialState(method, seedRng(1))];
    const values = numbers(second);
    disposeState(first);
    expect(numbers(second)).toEqual(values);
    const third = initialState(method, seedRng(1));
    expect(numbers(third)).toEqual(values);
    [second, third].forEach(disposeState);
  });
});
