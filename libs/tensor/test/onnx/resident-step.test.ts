import { InferenceSession, type Tensor as OrtTensor } from 'onnxruntime-node';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { compileStep, engineStatus, seedRng, useEngine, type EngineStatus, type Params } from '@distillery/tensor';
import { batchOf, edsrStep, expectAsEager, numbersOf, trained } from '../compile/compiled-training';
import { adamStep, l1, tinyEdsr, trainingState, type Batch, type TrainingState } from './networks';

/** Every run of the sessions opened from now on: what it took and yielded by name, and where that was at the time. */
function watchRuns() {
  const placed = (tensors: Record<string, OrtTensor>, prefix: RegExp) =>
    Object.entries(tensors)
      .filter(([name]) => prefix.test(name))
      .map(([name, tensor]) => ({ name, tensor, location: tensor.location }));
  const runs: Record<'state' | 'next', ReturnType<typeof placed>>[] = [];
  const create = InferenceSession.create.bind(InferenceSession) as (...args: unknown[]) => Promise<InferenceSession>;
  vi.spyOn(InferenceSession, 'create').mockImplementation((async (...args: unknown[]) => {
    const session = await create(...args);
    const run = session.run.bind(session) as (feeds: object) => Promise<Record<string, OrtTensor>>;
    session.run = (async (feeds: Record<string, OrtTensor>) => {
      const state = placed(feeds, /^in\/(?!1\/)/);
      const results = await run(feeds);
      runs.push({ state, next: placed(results, /^next\//) });
      return results;
    }) as never;
    return session;
  }) as never);
  return runs;
}

describe('a training step on onnx:webgpu', async () => {
  const { available, detail } = (await engineStatus()).find(({ name }) => name === 'onnx:webgpu') as EngineStatus;
  describe.skipIf(!available)(detail, () => {
    beforeAll(async () => void (await useEngine('onnx:webgpu')));
    afterEach(() => void vi.restoreAllMocks());

    it('agrees with the eager one after 20 steps of L1 and Adam', async () => {
      await expectAsEager(edsrStep(1), 20);
    });

    it('yields the same bytes in a session of its own, and when it is resumed half way', async () => {
      const { step, state } = edsrStep(1);
      const whole = await trained(step, state, 0, 4);
      const half = await trained(step, state, 0, 2);
      const rest = await trained(step, half.final, 2, 4);
      expect([...half.losses, ...rest.losses]).toEqual(whole.losses);
      expect(numbersOf(rest.final)).toEqual(numbersOf(whole.final));
    });

    it('keeps its state on the device, and lets go of what a step replaces', async () => {
      const { step, state } = edsrStep(1);
      const runs = watchRuns();
      const compiled = await compileStep(step, state, batchOf(0));
      for (let i = 0; i < 3; i++) await compiled.start(batchOf(i));
      const steps = runs.slice(-3);
      for (const each of steps) {
        for (const tensors of [each.state, each.next]) {
          expect(tensors.length).toBeGreaterThan(2);
          expect(tensors.map(({ location }) => location)).toEqual(tensors.map(() => 'gpu-buffer'));
        }
      }
      const [, second, third] = steps as [(typeof runs)[number], (typeof runs)[number], (typeof runs)[number]];
      for (const { name, tensor } of second.next) {
        expect(third.state.find((fed) => `next/${fed.name}` === name)?.tensor, name).toBe(tensor);
        expect(tensor.location, name).toBe('none');
      }
      for (const { name, tensor } of third.next) expect(tensor.location, name).toBe('gpu-buffer');
      await compiled.dispose();
      for (const { name, tensor } of third.next) expect(tensor.location, name).toBe('none');
    });

    it('leaves alone the state it was given, hands through what the step does not change, and leaks no tensors', async () => {
      const net = tinyEdsr(8, 1);
      const train = adamStep((p, { lr, hr }) => l1(net.apply(p, lr), hr));
      const step = (state: TrainingState, batch: Batch) => {
        const { frozen, ...rest } = state;
        const next = train(rest, batch);
        return { ...next, state: { ...next.state, frozen: frozen as Params } };
      };
      const frozen = { w: tf.tensor1d([1, 2, 3]), count: tf.tensor1d([7, 8], 'int32'), mask: tf.tensor1d([true, false, true], 'bool') };
      const state: TrainingState = { ...trainingState(net.init(seedRng(1))), frozen };
      const before = numbersOf(state);
      const batch = batchOf(0);
      const tensors = tf.memory().numTensors;
      const compiled = await compileStep(step, state, batch);
      await compiled.start(batch);
      await compiled.losses();
      const final = await compiled.state();
      expect(numbersOf({ frozen: final.frozen as Params })).toEqual(numbersOf({ frozen }));
      expect((final.frozen as Params).count?.dtype).toBe('int32');
      tf.dispose(Object.values(final).flatMap((slot) => Object.values(slot)));
      await compiled.dispose();
      expect(numbersOf(state)).toEqual(before);
      expect(tf.memory().numTensors).toBe(tensors);
    });
  });
});
