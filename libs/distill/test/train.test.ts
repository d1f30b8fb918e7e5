import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import {
  l1Loss,
  learningRateAt,
  objectiveMethod,
  readCheckpoint,
  readCheckpointNote,
  train,
  writeCheckpoint,
  type Method,
  type State,
  type TrainOptions,
} from '@distillery/distill';
import { edsr } from '@distillery/models';
import { restoreRng, seedRng, useEngine, UserError, type RngState } from '@distillery/tensor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { METHODS } from './methods';
import { numbers, TOY_TEACHER, toyBatch, toyStreams } from './toy';

const schedule = { steps: 6, learningRate: 1e-3, decay: 0.1, decayEvery: 3 };

let folder: string;
beforeAll(async () => {
  await useEngine('wasm');
  folder = await mkdtemp(join(tmpdir(), 'distillery-train-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Trains to `until` of the schedule's six steps from scratch or a checkpoint, leaving a checkpoint at `path`. */
async function session(method: Method, path: string, until: number, from?: string, options: Partial<TrainOptions> = {}): Promise<State> {
  const resumed = from === undefined ? null : await readCheckpoint(from);
  const rng = resumed ? restoreRng(resumed.extra as RngState) : seedRng(5);
  return train({
    method,
    state: resumed?.state ?? method.init(seedRng(1)),
    nextBatch: () => toyStreams(rng),
    schedule: { ...schedule, steps: until },
    startStep: resumed?.step ?? 0,
    checkpointEvery: 0,
    onCheckpoint: async (step, state) => void (await writeCheckpoint(path, { state, step, extra: rng.state() })),
    ...options,
  });
}

describe('learningRateAt', () => {
  it('decays in steps', () => {
    expect([1, 3, 4, 6, 7].map((step) => learningRateAt(schedule, step))).toEqual([1e-3, 1e-3, 1e-3 * 0.1, 1e-3 * 0.1, 1e-3 * 0.1 ** 2]);
  });

  it('falls along a half cosine to the last step', () => {
    const cosine = { steps: 5, learningRate: 1e-3, decay: 1, decayEvery: 5, cosineTo: 1e-5 };
    const at = (step: number) => learningRateAt(cosine, step);
    expect(at(1)).toBe(1e-3);
    expect(at(2)).toBeCloseTo(1e-5 + (1e-3 - 1e-5) * 0.8535533905932737, 12); // (1 + cos(pi / 4)) / 2
    expect(at(3)).toBeCloseTo((1e-3 + 1e-5) / 2, 12);
    expect(at(5)).toBeCloseTo(1e-5, 12);
  });

  it('stays the same within an epoch, at what is due after it', () => {
    const epochs = { ...schedule, steps: 7, decayEvery: 4, epoch: 2 };
    expect([1, 2, 3, 4, 5, 6, 7].map((step) => learningRateAt(epochs, step))).toEqual(
      [1, 1, 0.1, 0.1, 0.1, 0.1, 0.1 ** 2].map((f) => 1e-3 * f),
    );
    const cosine = { steps: 5, learningRate: 1, decay: 1, decayEvery: 5, cosineTo: 0, epoch: 2 };
    const half = (progress: number) => (1 + Math.cos(Math.PI * progress)) / 2;
    [half(0.4), half(0.4), half(0.8), half(0.8), half(1)].forEach((rate, i) => expect(learningRateAt(cosine, i + 1)).toBeCloseTo(rate, 12));
    expect(learningRateAt({ ...cosine, steps: 1 }, 1)).toBe(0);
  });
});

describe('train', () => {
  it.each(Object.keys(METHODS))('%s: six steps are three, resumed, three, bit for bit, and so are two, aborted, and four', async (name) => {
    const make = METHODS[name] as () => Method;
    const [whole, half, rest] = ['whole', 'half', 'rest'].map((part) => join(folder, `${name}-${part}.safetensors`)) as [
      string,
      string,
      string,
    ];
    const once = await session(make(), whole, 6);
    await session(make(), half, 3);
    const twice = await session(make(), rest, 6, half);
    expect(numbers(twice)).toEqual(numbers(once));
    expect((await readFile(rest)).equals(await readFile(whole))).toBe(true);
    const stop = new AbortController();
    const onStep = (step: number): void => void (step === 2 && stop.abort(new Error('stopped')));
    await expect(session(make(), half, 6, undefined, { onStep, signal: stop.signal })).rejects.toThrow('stopped');
    expect((await readCheckpointNote(half)).step).toBe(2);
    await session(make(), rest, 6, half);
    expect((await readFile(rest)).equals(await readFile(whole))).toBe(true);
  });

  it('reports every step and holds no more tensors than the state', async () => {
    const method = (METHODS.plain as () => Method)();
    const seen: number[] = [];
    const rng = seedRng(5);
    const counts: number[] = [];
    await train({
      method,
      state: method.init(seedRng(1)),
      nextBatch: () => toyBatch(rng),
      schedule,
      startStep: 0,
      checkpointEvery: 0,
      onStep(step, losses) {
        seen.push(step);
        counts.push(tf.memory().numTensors);
        expect(losses.total).toBeGreaterThan(0);
      },
    });
    expect(seen).toEqual([1, 2, 3, 4, 5, 6]);
    expect(new Set(counts).size).toBe(1);
  });

  it('stops at a loss that is not finite, naming it and the step', async () => {
    const method = (METHODS.plain as () => Method)();
    const run = train({
      method,
      state: method.init(seedRng(1)),
      nextBatch: () => ({ lr: tf.fill([1, 4, 4, 3], NaN), hr: tf.zeros([1, 8, 8, 3]) }),
      schedule,
      startStep: 0,
      checkpointEvery: 0,
    });
    await expect(run).rejects.toThrow(/plain: loss 'total' is NaN at step 1/);
  });

  it.each([
    ['a term', (x: tf.Tensor) => tf.log(tf.sub(x, 1e3)), "root: loss 'mine' is NaN at step 1; expected a finite number"],
    [
      'a gradient, which leaves nothing finite',
      (x: tf.Tensor) => tf.sqrt(tf.sub(x, x)),
      "root: loss 'reconstruction' is NaN at step 2, and so are the others: a gradient of step 1 was not finite",
    ],
  ])('names the first that is not finite: %s, and what may be the cause', async (_, mine, message) => {
    const network = edsr(TOY_TEACHER);
    const method = objectiveMethod({
      name: 'root',
      network,
      terms: ({ output }, _targets, { hr }) => ({
        reconstruction: { weight: 1, value: l1Loss(output, hr) },
        mine: { weight: 1, value: tf.mean(mine(output)) },
      }),
    });
    const run = train({
      method,
      state: method.init(seedRng(1)),
      nextBatch: () => toyBatch(seedRng(2)),
      schedule,
      startStep: 0,
      checkpointEvery: 0,
    });
    await expect(run).rejects.toThrow(
      `${message} (a square root or log at 0 has no finite gradient: add 1e-6 inside; else lower the learning rate)`,
    );
  });

  it('does not begin when aborted before, and keeps no tensor', async () => {
    const method = (METHODS.plain as () => Method)();
    const before = tf.memory().numTensors;
    await expect(session(method, join(folder, 'never'), 6, undefined, { signal: AbortSignal.abort(new Error('early')) })).rejects.toThrow(
      'early',
    );
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('readCheckpoint', () => {
  it.each([
    ['cut off', async (path: string) => truncate(path, 200)],
    ['empty', async (path: string) => writeFile(path, '')],
    ['of noise', async (path: string) => writeFile(path, 'not a checkpoint at all, but long enough to read a header from')],
    ['missing', async (path: string) => rm(path)],
  ])('refuses a file %s in one line that names it', async (_, damage) => {
    const path = join(folder, 'damaged.safetensors');
    await session((METHODS.plain as () => Method)(), path, 1);
    await damage(path);
    const error: unknown = await readCheckpoint(path).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(UserError);
    expect((error as Error).message).toContain(path);
    expect((error as Error).message).not.toContain('\n');
  });
});
