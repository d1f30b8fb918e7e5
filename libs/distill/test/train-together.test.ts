import { zeros, type Tensor4D } from '@tensorflow/tfjs-core';
import { useEngine, type Losses } from '@distillery/tensor';
import { beforeAll, expect, it, vi } from 'vitest';
import { train, type Method, type State } from '../src';
import type { Stepper } from '../src/training/stepper';

const asked: string[] = [];

/** Runs steps in fours, as an engine may that runs several as one program; the loss is the step's number. */
vi.mock('../src/training/stepper', () => ({
  startStepper(): Promise<Stepper> {
    let [gathered, begun, read] = [0, 0, 0];
    return Promise.resolve({
      ahead: 8,
      start() {
        if (++gathered === 4) [gathered, begun] = [0, begun + 4];
        return Promise.resolve();
      },
      losses(which = 'all') {
        asked.push(`${which} ${begun + gathered}`);
        if (which === 'all') [gathered, begun] = [0, begun + gathered];
        const found = Array.from({ length: begun - read }, (_, i): Losses => ({ total: read + i + 1 }));
        read = begun;
        return Promise.resolve(found);
      },
      inspect: (look) => look({} as State),
      finish: () => Promise.resolve({} as State),
      abandon: () => Promise.resolve(),
    });
  },
}));

beforeAll(() => useEngine('wasm'));

const image = () => zeros([1, 1, 1, 3]) as Tensor4D;
const fake = {
  method: { name: 'fake' } as Method,
  state: {} as State,
  nextBatch: () => ({ lr: image(), hr: image() }),
  schedule: { steps: 11, learningRate: 1e-4, decay: 1, decayEvery: 1 },
  startStep: 0,
};

it('checkpoints when it is stopped after the steps that are run together, which the stop does not part', async () => {
  asked.length = 0;
  const stop = new AbortController();
  const checkpoints: number[] = [];
  let drawn = 0;
  const stopped = train({
    ...fake,
    nextBatch: () => {
      if (++drawn === 2) stop.abort(new Error('stopped'));
      return fake.nextBatch();
    },
    checkpointEvery: 0,
    onCheckpoint: (step) => Promise.resolve(void checkpoints.push(step)),
    signal: stop.signal,
  });
  await expect(stopped).rejects.toThrow('stopped');
  expect(checkpoints).toEqual([4]);
  expect(drawn).toBe(4);
  expect(asked.filter((each) => each.startsWith('all'))).toEqual([]);
});

it('reports every step once and in order, and runs steps that wait only where the schedule wants the state', async () => {
  // Every look at the clock is late: losses are wanted after every step.
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => (now += 1000));
  const reported: [number, number | undefined][] = [];
  const checkpoints: number[] = [];
  asked.length = 0;
  await train({
    ...fake,
    onStep: (step, { total }) => void reported.push([step, total]),
    checkpointEvery: 6,
    onCheckpoint: (step) => {
      checkpoints.push(step);
      expect(reported.at(-1)?.[0]).toBe(step);
      return Promise.resolve();
    },
  });
  vi.restoreAllMocks();
  expect(reported).toEqual(Array.from({ length: 11 }, (_, i) => [i + 1, i + 1]));
  expect(checkpoints).toEqual([6, 11]);
  expect(asked.filter((each) => each.startsWith('all'))).toEqual(['all 6', 'all 11']);
  expect(asked).toHaveLength(11);
});
