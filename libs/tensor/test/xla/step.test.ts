import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { compile, compileStep, seedRng, useEngine, type Params } from '@distillery/tensor';
import { stepProgram } from '../../src/compile/step-program';
import { trace } from '../../src/compile/trace';
import { PLATFORMS } from '../../src/engines/xla/platforms';
import { lower } from '../../src/xla/lower/lower';
import { stateLayout } from '../../src/compile/state-layout';
import { batchOf, edsrStep, expectAsEager, numbersOf, trained } from '../compile/compiled-training';
import { adamStep, batches, l1, tinyEdsr, trainingState, type Batch, type TrainingState } from '../onnx/networks';
import type { TogetherTraits } from '../../src/xla/run/steps-together';
import { missing } from './here';

describe.skipIf(missing !== null)(`a training step on XLA's processor${missing === null ? '' : ` (${missing})`}`, () => {
  beforeAll(async () => void (await useEngine('xla:cpu')));

  it('agrees with the eager one after 20 steps of L1 and Adam', async () => {
    await expectAsEager(edsrStep(2), 20);
  });

  it('yields the same bytes however often the losses are looked at, and when it is resumed half way', async () => {
    const { step, state } = edsrStep(2);
    const whole = await trained(step, state, 0, 60);
    const rarely = await trained(step, state, 0, 60, 50);
    expect(rarely.losses).toEqual(whole.losses);
    expect(numbersOf(rarely.final)).toEqual(numbersOf(whole.final));
    const half = await trained(step, state, 0, 30, 30);
    const rest = await trained(step, half.final, 30, 60, 30);
    expect([...half.losses, ...rest.losses]).toEqual(whole.losses);
    expect(numbersOf(rest.final)).toEqual(numbersOf(whole.final));
  });

  it('does the same with its state packed into vectors', async () => {
    const { step, state } = edsrStep(2);
    const apart = await trained(step, state, 0, 5);
    const traits = PLATFORMS.cpu as { packs: boolean };
    try {
      traits.packs = true;
      const together = await trained(step, state, 0, 5);
      expect(together.losses).toEqual(apart.losses);
      expect(numbersOf(together.final)).toEqual(numbersOf(apart.final));
    } finally {
      traits.packs = false;
    }
  });

  it('yields the same bytes where several steps are run as one program, whatever is left over, and when it is resumed', async () => {
    const { step, state } = edsrStep(2);
    const singly = await trained(step, state, 0, 13, 13);
    const traits = PLATFORMS.cpu as { together: TogetherTraits };
    const before = traits.together;
    try {
      traits.together = { ...before, multiplyAdds: 1e12, most: 5 };
      const together = await trained(step, state, 0, 13, 13);
      expect(together.losses).toEqual(singly.losses);
      expect(numbersOf(together.final)).toEqual(numbersOf(singly.final));
      const half = await trained(step, state, 0, 6, 6);
      const rest = await trained(step, half.final, 6, 13, 7);
      expect([...half.losses, ...rest.losses]).toEqual(singly.losses);
      expect(numbersOf(rest.final)).toEqual(numbersOf(singly.final));

      const compiled = await compileStep(step, state, batchOf(0));
      for (let i = 0; i < 7; i++) await compiled.start(batchOf(i));
      expect((await compiled.losses('begun')).map(({ total }) => total)).toEqual(singly.losses.slice(0, 5));
      expect(await compiled.losses('begun')).toEqual([]);
      expect((await compiled.losses()).map(({ total }) => total)).toEqual(singly.losses.slice(5, 7));
      await expect(compiled.start(batches(2, 10)(0))).rejects.toThrow('argument 1/lr');
      await compiled.dispose();

      // As it is written for cards. The processor's compiler does not heed barriers: the last digits differ.
      traits.together = { multiplyAdds: 1e12, most: 5, between: 'barrier' };
      const behindBarriers = await trained(step, state, 0, 5, 5);
      behindBarriers.losses.forEach((loss, i) => expect(loss).toBeCloseTo(singly.losses[i] as number, 5));
    } finally {
      traits.together = before;
    }
  });

  it('refuses more steps ahead than there is room for losses', async () => {
    const { step, state } = edsrStep(2);
    const compiled = await compileStep(step, state, batchOf(0));
    for (let i = 0; i < compiled.ahead; i++) await compiled.start(batchOf(0));
    await expect(compiled.start(batchOf(0))).rejects.toThrow('without a look at their losses');
    expect(await compiled.losses()).toHaveLength(compiled.ahead);
    expect(await compiled.losses()).toEqual([]);
    await compiled.dispose();
  });

  it('refuses a batch of another shape, and goes on', async () => {
    const { step, state } = edsrStep(2);
    const compiled = await compileStep(step, state, batchOf(0));
    await expect(compiled.start(batches(2, 10)(0))).rejects.toThrow(
      'argument 1/lr: float32 [2, 10, 10, 3], but compiled for float32 [2, 8, 8, 3]',
    );
    await compiled.start(batchOf(0));
    expect(await compiled.losses()).toHaveLength(1);
    await compiled.dispose();
  });

  it('leaves alone the state it was given, hands through what the step does not change, and leaks no tensors', async () => {
    const net = tinyEdsr(8, 1);
    const train = adamStep((p, { lr, hr }) => l1(net.apply(p, lr), hr));
    const step = (state: TrainingState, batch: Batch) => {
      const { frozen, ...rest } = state;
      const next = train(rest, batch);
      return { ...next, state: { ...next.state, frozen: frozen as Params } };
    };
    const state: TrainingState = { ...trainingState(net.init(seedRng(1))), frozen: { w: tf.tensor1d([1, 2, 3]) } };
    const before = numbersOf(state);
    const batch = batchOf(0);
    const tensors = tf.memory().numTensors;
    const compiled = await compileStep(step, state, batch);
    await compiled.start(batch);
    await compiled.losses();
    const final = await compiled.state();
    expect([...((final.frozen as Params).w as tf.Tensor).dataSync()]).toEqual([1, 2, 3]);
    tf.dispose(Object.values(final).flatMap((slot) => Object.values(slot)));
    await compiled.dispose();
    expect(numbersOf(state)).toEqual(before);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it('runs functions that are called side by side', async () => {
    const f = await compile((x: tf.Tensor) => [tf.mul(x, 2), tf.tensor1d([1, 2, 3])], [tf.zeros([3])]);
    const results = await Promise.all([1, 2, 3].map((value) => f(tf.fill([3], value))));
    expect(results.map(([doubled]) => [...(doubled as tf.Tensor).dataSync()])).toEqual(
      [1, 2, 3].map((value) => [2 * value, 2 * value, 2 * value]),
    );
    expect([...((results[0] as tf.Tensor[])[1] as tf.Tensor).dataSync()]).toEqual([1, 2, 3]);
    await f.dispose();
  });

  it('keeps constants to the bit', async () => {
    const values = Float32Array.of(NaN, Infinity, -Infinity, -0, 1e-45, 0.1, 3.4e38);
    const f = await compile((x: tf.Tensor) => tf.where(tf.greater(x, 0), tf.tensor1d(values), x), [tf.zeros([7])]);
    const result = await f(tf.ones([7]));
    expect(Buffer.from((result.dataSync() as Float32Array).slice().buffer)).toEqual(Buffer.from(values.buffer));
    await f.dispose();
  });
});

describe('the program of a step', () => {
  it('has outputs take the place of the state that they replace, packed or not', async () => {
    await useEngine('wasm');
    const { step, state } = edsrStep(2);
    for (const packed of [false, true]) {
      const program = stepProgram(trace(step as never, [state, batchOf(0)]));
      const layout = stateLayout(program, packed);
      const { text, arguments: given } = lower(
        [...layout.inputs, ...program.batch],
        layout.updates.map(({ name, value }) => ({ name: `next/${name}`, value })),
        {
          precision: 'float32',
          fedFrom: 1024,
          replaces: new Map(layout.updates.map(({ name }) => [`next/${name}`, name])),
        },
      );
      const stateArguments = given.filter(({ name }) => !name.startsWith('in/1/') && !name.startsWith('constant/'));
      expect(text.match(/tf\.aliasing_output/g)).toHaveLength(stateArguments.length);
      expect(new Set([...text.matchAll(/tf\.aliasing_output = (\d+)/g)].map(([, place]) => place)).size).toBe(layout.updates.length);
      if (packed) expect(stateArguments.length).toBeLessThan(10);
    }
  });
});
