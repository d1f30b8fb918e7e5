import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import {
  asIs,
  premise,
  slot,
  specialistAndGeneralist,
  train,
  type Batch,
  type Method,
  type PddOptions,
  type State,
} from '@distillery/distill';
import { edsr } from '@distillery/models';
import { cloneParams, seedRng, uniformTensor, useEngine } from '@distillery/tensor';
import { beforeAll, describe, expect, it } from 'vitest';
import { toyPdd } from './methods/pdd';
import { numbers, TOY_TEACHER, toyStreams, withRate, stepWithoutLeak } from './toy';

const batch = (seed = 2, rate = 1e-3): Batch => withRate(toyStreams(seedRng(seed)), rate);
const NO_WARM_UP = { warmUp: { discriminator: 0, supervised: 0 } };

/** One step from a seed's beginning: the losses as numbers, and the next state. */
function stepped(method: Method, from?: State, seed = 2): { losses: Record<string, number>; state: State; before: State } {
  const before = from ?? method.init(seedRng(1));
  const { losses, state } = method.step(before, batch(seed));
  return { losses: Object.fromEntries(Object.entries(losses).map(([name, loss]) => [name, loss.dataSync()[0] as number])), state, before };
}

const changed = (a: State, b: State, name: string): boolean => {
  const [x, y] = [numbers({ one: slot(a, name) }), numbers({ one: slot(b, name) })];
  return JSON.stringify(x) !== JSON.stringify(y);
};

describe('pdd', () => {
  beforeAll(() => useEngine('wasm'));

  it('adds the five terms with their weights', () => {
    const weights = { inter: 0.5, intra: 2 };
    const method = toyPdd({
      ...NO_WARM_UP,
      inter: { weight: weights.inter, distance: 'gram-of-difference' },
      intra: { weight: weights.intra, distance: 'cross-entropy' },
    });
    const { losses } = stepped(method);
    const { total, pixel, perceptual, adversarial, inter, intra } = losses as Record<string, number>;
    const expected =
      0.5 * (pixel as number) + (perceptual as number) + 0.01 * (adversarial as number) + 0.5 * (inter as number) + 2 * (intra as number);
    expect(total).toBeCloseTo(expected, 5);
    expect(Object.keys(losses)).toEqual(['total', 'pixel', 'perceptual', 'adversarial', 'inter', 'intra', 'discriminator']);
  });

  it('trains the discriminator alone first, then adds the supervised part, then the distances', () => {
    const method = toyPdd({ warmUp: { discriminator: 1, supervised: 1 } });
    const first = stepped(method);
    expect(changed(first.before, first.state, 'network')).toBe(false);
    expect(changed(first.before, first.state, 'adam.m')).toBe(false);
    expect(changed(first.before, first.state, 'ema')).toBe(false);
    expect(changed(first.before, first.state, 'discriminator')).toBe(true);
    const second = stepped(method, first.state, 3);
    expect(changed(second.before, second.state, 'network')).toBe(true);
    const { total, pixel, perceptual, adversarial, inter } = second.losses as Record<string, number>;
    expect(total).toBeCloseTo(0.5 * (pixel as number) + (perceptual as number) + 0.01 * (adversarial as number), 5);
    const third = stepped(method, second.state, 4);
    expect(third.losses.total).toBeGreaterThan(
      0.5 * (third.losses.pixel as number) + (third.losses.perceptual as number) + (inter as number) / 1e6,
    );
    const without = toyPdd({ warmUp: { discriminator: 1, supervised: 5 } }).step(second.state, batch(4));
    expect(numbers(without.state)['network/head.0.weight']).not.toEqual(numbers(third.state)['network/head.0.weight']);
  });

  it('judges outputs for synthetic inputs alone until the warm-up is over, then both kinds in one mean', () => {
    const value = (supervisedSteps: number, real?: Tensor4D) => {
      const method = toyPdd({ warmUp: { discriminator: 0, supervised: supervisedSteps } });
      const one = batch();
      const { losses } = method.step(method.init(seedRng(1)), { ...one, ...(real && { real }) });
      return losses.adversarial?.dataSync()[0] as number;
    };
    const { lr } = batch();
    const dark = tf.zerosLike(lr) as Tensor4D;
    expect(value(1, dark)).toBe(value(1));
    expect(value(0, dark)).not.toBe(value(0));
    // Real patches that are the synthetic ones: both halves are judged alike, and so is their mean.
    expect(value(0, lr)).toBeCloseTo(value(1), 6);
  });

  it('with EMA and no warm-up, the distances have no gradient at first', () => {
    const only = { supervised: { pixel: 0, perceptual: 0, adversarial: 0 }, reference: 'ema', ...NO_WARM_UP } as const;
    const gradient = (over: Partial<PddOptions>) => {
      const { state } = stepped(toyPdd({ ...only, ...over }));
      return Math.max(...Object.values(slot(state, 'adam.m')).map((m) => tf.max(tf.abs(m)).dataSync()[0] as number));
    };
    expect(gradient({ intra: null })).toBe(0);
    expect(gradient({ inter: null })).toBeLessThan(1e-6);
    expect(gradient({ reference: { model: edsr(TOY_TEACHER), params: edsr(TOY_TEACHER).init(seedRng(22)) } })).toBeGreaterThan(1e-4);
  });

  it('moves G on real inputs only where synthetic outputs are detached', () => {
    const only = { supervised: { pixel: 0, perceptual: 0, adversarial: 0 }, inter: null, ...NO_WARM_UP };
    const update = (detachSynthetic: boolean) => numbers(stepped(toyPdd({ ...only, detachSynthetic })).state)['network/head.0.weight'];
    expect(update(true)).not.toEqual(update(false));
  });

  it('is the same step for both Static roles: G and R exchanged change only who moves', () => {
    const network = edsr(TOY_TEACHER);
    const [a, b] = [network.init(seedRng(21)), network.init(seedRng(22))];
    const one = stepped(toyPdd({ ...NO_WARM_UP, start: a, reference: { model: network, params: b } }));
    const two = stepped(toyPdd({ ...NO_WARM_UP, start: b, reference: { model: network, params: a } }));
    expect(one.losses.inter).toBeCloseTo(two.losses.inter as number, 5);
    expect(numbers(one.before)['network/head.0.weight']).toEqual([...(a['head.0.weight'] as tf.Tensor).dataSync()]);
  });

  it('keeps the running average of G, and compares with it in EMA', () => {
    const { before, state } = stepped(toyPdd({ ...NO_WARM_UP, emaDecay: 0.75 }));
    const name = 'network/head.0.weight';
    const [old, now] = [numbers(before)[name] as number[], numbers(state)[name] as number[]];
    (numbers(state)['ema/head.0.weight'] as number[]).forEach((value, i) =>
      expect(value).toBeCloseTo(0.75 * (old[i] as number) + 0.25 * (now[i] as number), 6),
    );
  });

  it('does not look at the reference where nothing asks for it', () => {
    const blind = toyPdd({ inter: null, intra: null, reference: { model: edsr(TOY_TEACHER), params: undefined } });
    expect(Object.keys(stepped(blind).losses)).toEqual(['total', 'pixel', 'perceptual', 'adversarial', 'discriminator']);
    const needs = toyPdd({ reference: { model: edsr(TOY_TEACHER), params: undefined } });
    expect(() => stepped(needs)).toThrow(/no parameters/);
  });

  it('matches features of real inputs directly in the control', () => {
    const method = toyPdd({ ...NO_WARM_UP, inter: null, intra: null, direct: 1, supervised: { pixel: 0, perceptual: 0, adversarial: 0 } });
    let state = method.init(seedRng(1));
    const seen: number[] = [];
    for (let i = 0; i < 30; i++) {
      const result = tf.tidy(() => method.step(state, batch(2, 5e-3)));
      seen.push(result.losses.direct?.dataSync()[0] as number);
      state = result.state;
    }
    expect(seen[29]).toBeLessThan((seen[0] as number) * 0.7);
  });

  it('measures its premise: correlations in -1..1, those of unrelated pairs beside them', () => {
    const { losses } = stepped(toyPdd({ ...NO_WARM_UP, premise: true }));
    const names = ['premise inter', 'premise inter random', 'premise intra', 'premise intra random'];
    for (const name of names) expect(Math.abs(losses[name] as number), name).toBeLessThanOrEqual(1.0001);
    // R the same as G: the intra-model change is then the same in both.
    const network = edsr(TOY_TEACHER);
    const params = network.init(seedRng(21));
    const twin = stepped(
      toyPdd({ ...NO_WARM_UP, premise: true, start: params, reference: { model: network, params: cloneParams(params) } }),
    );
    expect(twin.losses['premise intra']).toBeCloseTo(1, 4);
    expect(twin.losses['premise intra random']).toBeLessThan(0.9);
  });

  it('moves R’s real samples on by one in the inter-model control, both kinds in the intra-model control', () => {
    const features = (seed: number) => uniformTensor(seedRng(seed), [6, 3, 3, 4], -1, 1) as Tensor4D;
    const [ours, theirs] = [features(1), features(2)];
    const pick = (order: number[]) => tf.gather(theirs, tf.tensor1d(order, 'int32'));
    const layers = { one: 1 };
    const of = (reference: Tensor4D, name: string) =>
      premise({ one: ours }, { one: reference }, layers, layers)[name]?.dataSync()[0] as number;
    expect(of(theirs, 'premise inter random')).toBe(of(pick([0, 1, 2, 5, 3, 4]), 'premise inter'));
    expect(of(theirs, 'premise intra random')).toBe(of(pick([2, 0, 1, 5, 3, 4]), 'premise intra'));
    expect(of(theirs, 'premise inter random')).not.toBe(of(theirs, 'premise inter'));
  });

  it('learns: the objective falls on a fixed batch', () => {
    const method = toyPdd(NO_WARM_UP);
    let state = method.init(seedRng(1));
    const totals: number[] = [];
    for (let i = 0; i < 40; i++) {
      const result = tf.tidy(() => method.step(state, batch(2, 5e-3)));
      totals.push(result.losses.total?.dataSync()[0] as number);
      state = result.state;
    }
    expect(totals[39]).toBeLessThan((totals[0] as number) * 0.9);
  });

  it('continues exactly from where it was', async () => {
    const run = async (steps: number, state: State, startStep: number): Promise<State> => {
      let drawn = startStep;
      return train({
        method: toyPdd(),
        state,
        nextBatch: () => toyStreams(seedRng(100 + drawn++)),
        schedule: { steps, learningRate: 1e-3, decay: 0.5, decayEvery: 3 },
        startStep,
        checkpointEvery: 0,
      });
    };
    const init = () => toyPdd().init(seedRng(1));
    const whole = await run(6, init(), 0);
    const half = await run(3, init(), 0);
    expect(numbers(await run(6, half, 3))).toEqual(numbers(whole));
  });

  it('leaks no tensor', () => {
    expect(() => stepWithoutLeak(toyPdd({ premise: true, direct: 1 }), batch())).not.toThrow();
  });

  it('deploys G, its average, and the frozen reference', () => {
    const state = toyPdd().init(seedRng(1));
    const deployed = toyPdd().deploy(state);
    expect(Object.keys(deployed)).toEqual(['student', 'ema', 'reference']);
    expect(deployed.student?.params).toBe(slot(state, 'network'));
    expect(Object.keys(toyPdd({ reference: 'ema' }).deploy(state))).toEqual(['student', 'ema']);
  });

  it('needs real patches, as many as synthetic ones', () => {
    const state = toyPdd().init(seedRng(1));
    const { lr, hr, real, learningRate } = batch();
    expect(() => toyPdd().step(state, { lr, hr, learningRate })).toThrow(/expected real patches/);
    const fewer = tf.slice(real as Tensor4D, [0, 0, 0, 0], [1, -1, -1, -1]);
    expect(() => toyPdd().step(state, { lr, hr, real: fewer, learningRate })).toThrow(/4 synthetic patches .* not 1/);
  });
});

describe('specialistAndGeneralist', () => {
  beforeAll(() => useEngine('wasm'));

  it('trains each network on its own LR', () => {
    const method = specialistAndGeneralist(edsr(TOY_TEACHER));
    const state = method.init(seedRng(1));
    const one = batch();
    const { losses, state: next } = method.step(state, one);
    const error = (role: string, x: Tensor4D) =>
      tf.mean(tf.abs(tf.sub(edsr(TOY_TEACHER).apply(slot(state, role), x), one.hr))).dataSync()[0] as number;
    expect(losses.specialist?.dataSync()[0]).toBeCloseTo(error('specialist', one.lr), 6);
    expect(losses.generalist?.dataSync()[0]).toBeCloseTo(error('generalist', one.blind as Tensor4D), 6);
    const other = method.step(state, { ...one, blind: one.lr }).state;
    expect(changed(next, other, 'specialist')).toBe(false);
    expect(changed(next, other, 'generalist')).toBe(true);
    expect(() => method.step(state, { lr: one.lr, hr: one.hr, learningRate: one.learningRate })).toThrow(/blindly degraded/);
  });
});

describe('asIs', () => {
  beforeAll(() => useEngine('wasm'));

  it('hands the networks through', () => {
    const model = edsr(TOY_TEACHER);
    const method = asIs({ teacher: { model, params: model.init(seedRng(1)) } });
    const state = method.init(seedRng(2));
    expect(method.step(state, batch()).state).toBe(state);
    expect(method.deploy(state).teacher?.params).toBe(slot(state, 'teacher'));
  });
});
