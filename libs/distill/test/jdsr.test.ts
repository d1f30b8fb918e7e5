import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import {
  behindEncoder,
  beYourOwnTeacher,
  deepMutualLearning,
  joinParams,
  l1Loss,
  peerAlone,
  sectionedNetwork,
  sectionedPass,
  slot,
  superiorLr,
  superiorLrImage,
  type JdsrOptions,
  type Method,
  type State,
} from '@distillery/distill';
import { edsr, sectionedEdsr, shallowEdsr, superiorLrDecoder, superiorLrEncoder } from '@distillery/models';
import { seedRng, useEngine, type Params } from '@distillery/tensor';
import { beforeAll, describe, expect, it } from 'vitest';
import { JDSR_METHODS, TOY_ENCODER, TOY_STUDENT, toyJdsr, toyPeer } from './methods/jdsr';
import { numbers, steps, TOY_TEACHER, toyBatch, withRate } from './toy';

const batch = (rate?: number) => withRate(toyBatch(seedRng(2)), rate);
const number = (x: tf.Tensor | undefined) => x?.dataSync()[0] as number;
const labels = { from: 'meta', distance: 'charbonnier', virtualRate: 0.1 } as const;

/** The numbers of one slot after a step from the same start. */
function after(method: Method, name: string, state: State = method.init(seedRng(1)), over = batch()): number[][] {
  const next = method.step(state, over).state;
  return Object.values(numbers({ [name]: slot(next, name) }));
}

beforeAll(() => useEngine('wasm'));

describe.each(
  Object.entries(JDSR_METHODS).flatMap(([id, variants]) => Object.entries(variants).map(([name, make]) => [id, name, make] as const)),
)('%s %s', (_, __, make) => {
  it('learns: the total falls on a fixed batch', () => {
    const method = make();
    const over = batch(5e-3);
    const { totals } = steps(
      method,
      method.init(seedRng(1)),
      Array.from({ length: 40 }, () => over),
    );
    expect(totals[39]).toBeLessThan((totals[0] as number) * 0.7);
  });
});

describe('superior LR', () => {
  it('weighs the likeness to LR against what the decoder makes of it', () => {
    const method = superiorLr({ network: TOY_ENCODER, imitationWeight: 0.25 });
    const state = method.init(seedRng(1));
    const over = batch();
    const { losses } = method.step(state, over);
    const part = (group: string): Params =>
      Object.fromEntries(
        Object.entries(slot(state, 'network')).flatMap(([name, tensor]) =>
          name.startsWith(`${group}/`) ? [[name.slice(group.length + 1), tensor]] : [],
        ),
      );
    const slr = superiorLrEncoder(TOY_ENCODER).apply(part('encoder'), over.hr);
    expect(number(losses.imitation)).toBeCloseTo(number(l1Loss(slr, over.lr)), 6);
    expect(number(losses.reconstruction)).toBeCloseTo(
      number(l1Loss(superiorLrDecoder(TOY_ENCODER).apply(part('decoder'), slr), over.hr)),
      6,
    );
    expect(number(losses.total)).toBeCloseTo(0.25 * number(losses.imitation) + number(losses.reconstruction), 6);
  });

  it('comes nearer to bicubic LR under a large weight than under a small one', () => {
    const imitation = (imitationWeight: number) => {
      const method = superiorLr({ network: TOY_ENCODER, imitationWeight });
      const over = batch(5e-3);
      const { state } = steps(
        method,
        method.init(seedRng(1)),
        Array.from({ length: 60 }, () => over),
      );
      return number(method.step(state, over).losses.imitation);
    };
    expect(imitation(10)).toBeLessThan(imitation(0) * 0.5);
  });

  it('is seen by the peer on 8-bit levels, clipped', () => {
    const encoder = superiorLrEncoder(TOY_ENCODER);
    const image = superiorLrImage(encoder, encoder.init(seedRng(1)), tf.mul<Tensor4D>(toyBatch(seedRng(2)).hr, 3));
    const levels = [...image.dataSync()].map((value) => value * 255);
    for (const level of levels) expect(Math.abs(level - Math.round(level))).toBeLessThan(1e-4);
    expect(Math.min(...levels)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...levels)).toBeLessThanOrEqual(255);
  });

  it('and a network behind the encoder is one network from HR to HR size', () => {
    const [encoder, peer] = [superiorLrEncoder(TOY_ENCODER), shallowEdsr(toyPeer().network)];
    const params = { encoder: encoder.init(seedRng(1)), network: peer.init(seedRng(2)) };
    const { hr } = toyBatch(seedRng(3));
    const whole = behindEncoder(encoder, peer);
    expect(Object.fromEntries(Object.entries(whole.init(seedRng(1))).map(([name, tensor]) => [name, tensor.shape]))).toEqual(whole.shapes);
    expect(whole.apply(joinParams(params), hr).dataSync()).toEqual(
      peer.apply(params.network, superiorLrImage(encoder, params.encoder, hr)).dataSync(),
    );
  });
});

describe('jdsr', () => {
  it('adds the terms of the student', () => {
    const method = toyJdsr({ labels: { from: 'deepest', distance: 'l1', virtualRate: 0 } });
    const state = method.init(seedRng(1));
    const over = batch();
    const { losses } = method.step(state, over);
    const pass = sectionedPass(sectionedNetwork(TOY_STUDENT), slot(state, 'network'), over.lr);
    const sum = (target: Tensor4D) => pass.exits.reduce((total, exit) => total + number(l1Loss(exit, target)), 0);
    expect(pass.exits).toHaveLength(2);
    expect(number(losses.reconstruction)).toBeCloseTo(number(l1Loss(pass.output, over.hr)), 6);
    expect(number(losses.intermediate)).toBeCloseTo(sum(over.hr), 6);
    expect(number(losses.labels)).toBeCloseTo(sum(pass.output), 6);
    // Weight 0.1 and the curriculum's first 0.607.
    const encoder = superiorLrEncoder(TOY_ENCODER);
    const peer = shallowEdsr(toyPeer().network).apply(slot(state, 'peer'), superiorLrImage(encoder, slot(state, 'encoder'), over.hr));
    expect(number(losses.curriculum)).toBeCloseTo(0.6065307, 6);
    expect(number(losses.mutual)).toBeCloseTo(0.06065307 * number(l1Loss(pass.output, peer)), 6);
    expect(number(losses.peer)).toBeCloseTo(number(l1Loss(peer, over.hr)), 6);
    const terms = ['reconstruction', 'intermediate', 'labels', 'mutual'].reduce((total, name) => total + number(losses[name]), 0);
    expect(number(losses.total)).toBeCloseTo(terms, 6);
  });

  it('holds the labels and the peer constant in the student’s step', () => {
    // With the deepest exit as label and no weight on the truth of shallow exits, the last tail would move through the labels if they were not.
    const method = (from: 'deepest' | null) =>
      toyJdsr({ labels: from && { from, distance: 'l1', virtualRate: 0 }, peer: toyPeer({ weight: 0 }) });
    const tail = (m: Method) => numbers(m.step(m.init(seedRng(1)), batch()).state)['network/tail.3.1.weight'];
    expect(tail(method('deepest'))).toEqual(tail(method(null)));
  });

  it('leaves the encoder as it is, and peer and student alone where the mutual weight is 0', () => {
    const method = toyJdsr({ peer: toyPeer({ weight: 0, gapThreshold: null }) });
    const state = method.init(seedRng(1));
    expect(after(method, 'encoder', state)).toEqual(Object.values(numbers({ encoder: slot(state, 'encoder') })));
    expect(after(method, 'network')).toEqual(after(toyJdsr({ peer: null }), 'network'));
    const alone = peerAlone(toyPeer());
    const start = { ...alone.init(seedRng(9)), network: slot(state, 'peer') };
    expect(after(alone, 'network', start)).toEqual(after(method, 'peer', state));
  });

  it.each<[string, () => Partial<JdsrOptions>]>([
    ['no labels', () => ({ labels: null })],
    ['the deepest exit as label', () => ({ labels: { ...labels, from: 'deepest' } })],
    ['labels compared by L1', () => ({ labels: { ...labels, distance: 'l1' } })],
    ['first-order labels', () => ({ labels: { ...labels, from: 'first-order' } })],
    ['no peer', () => ({ peer: null })],
    ['L2 between the outputs', () => ({ peer: toyPeer({ distance: 'l2' }) })],
    ['no curriculum', () => ({ peer: toyPeer({ curriculum: null }) })],
  ])('steps the student differently with %s', (_, change) => {
    expect(after(toyJdsr(change()), 'network')).not.toEqual(after(toyJdsr(), 'network'));
  });

  it('moves the generator by its own step before it makes labels, and by none under L1', () => {
    const moved = (change: Parameters<typeof toyJdsr>[0]) => {
      const method = toyJdsr(change);
      const state = method.init(seedRng(1));
      return after(method, 'generator', state).toString() !== Object.values(numbers({ generator: slot(state, 'generator') })).toString();
    };
    expect(moved({})).toBe(true);
    expect(moved({ labels: { ...labels, from: 'first-order' } })).toBe(true);
    expect(moved({ labels: { ...labels, distance: 'l1' } })).toBe(false);
    // The virtual rate matters through the labels already in the same step.
    expect(after(toyJdsr({ labels: { ...labels, virtualRate: 0 } }), 'network')).not.toEqual(after(toyJdsr(), 'network'));
  });

  it('rests the peer, its moments too, while it is ahead by more than the threshold', () => {
    const peer = (gapThreshold: number | null) => {
      const method = toyJdsr({ peer: toyPeer({ gapThreshold }) });
      const state = method.init(seedRng(1));
      const { state: next, losses } = method.step(state, batch());
      const still = ['peer', 'adam.peer.m', 'adam.peer.v', 'adam.peer.t'].every(
        (name) => JSON.stringify(numbers({ x: slot(next, name) })) === JSON.stringify(numbers({ x: slot(state, name) })),
      );
      return { still, learns: number(losses['peer learns']), gap: number(losses.gap), next: numbers(next) };
    };
    const free = peer(null);
    expect(free.still).toBe(false);
    expect(peer(free.gap - 0.1)).toMatchObject({ still: true, learns: 0 });
    expect(peer(free.gap + 0.1)).toMatchObject({ still: false, learns: 1 });
    // Open, the gate changes nothing.
    expect(peer(free.gap + 0.1).next).toEqual(free.next);
  });

  it('advances the curriculum step by step', () => {
    const method = toyJdsr();
    const { state } = steps(method, method.init(seedRng(1)), [batch(), batch(), batch()]);
    expect(number(slot(state, 'progress').steps)).toBe(3);
    // T = 3 / 10: exp(-0.5 0.7^2).
    expect(number(method.step(state, batch()).losses.curriculum)).toBeCloseTo(0.7827045382418681, 6);
  });

  it('starts as the student trained alone does, and ships nothing but that student', () => {
    const method = toyJdsr();
    const { student, peer } = method.deploy(method.init(seedRng(1)));
    const alone = sectionedEdsr({ ...TOY_STUDENT, exits: 'last' });
    expect(student?.model.shapes).toEqual(alone.shapes);
    const same = alone.init(seedRng(1));
    for (const [name, tensor] of Object.entries(student?.params ?? {})) expect(tensor.dataSync()).toEqual(same[name]?.dataSync());
    expect(peer?.sees).toBe('hr');
    const { lr } = toyBatch(seedRng(2));
    const state = method.init(seedRng(1));
    const exit = method.deploy(state)['exit-1'];
    const { exits } = sectionedPass(sectionedNetwork(TOY_STUDENT), slot(state, 'network'), lr);
    expect(exit?.model.apply(exit.params, lr).dataSync()).toEqual(exits[0]?.dataSync());
    const { hr } = toyBatch(seedRng(3));
    expect(peer?.model.apply(peer.params, hr).shape).toEqual(hr.shape);
  });

  it('deploys, but does not start, without the encoder of the first stage', () => {
    const state = toyJdsr().init(seedRng(1));
    const bare = toyJdsr({ peer: toyPeer({ encoderParams: null }) });
    expect(Object.keys(bare.deploy(state))).toEqual(['student', 'exit-1', 'exit-2', 'peer']);
    expect(() => bare.init(seedRng(1))).toThrow('encoder');
    expect(() => peerAlone(toyPeer({ encoderParams: null })).init(seedRng(1))).toThrow('encoder');
  });

  it('refuses to halve an odd batch', () => {
    const method = toyJdsr();
    expect(() => method.step(method.init(seedRng(1)), withRate(toyBatch(seedRng(2), 3)))).toThrow(RangeError);
  });
});

describe('deep mutual learning', () => {
  const make = (weight: number) =>
    deepMutualLearning({ student: edsr(TOY_TEACHER), peer: shallowEdsr(toyPeer().network), distance: 'l1', weight });

  it('pulls each network towards the truth and the other', () => {
    const method = make(0.5);
    const state = method.init(seedRng(1));
    const over = batch();
    const { losses } = method.step(state, over);
    const student = edsr(TOY_TEACHER).apply(slot(state, 'network'), over.lr);
    const peer = shallowEdsr(toyPeer().network).apply(slot(state, 'peer'), over.lr);
    expect(number(losses.mutual)).toBeCloseTo(number(l1Loss(student, peer)), 6);
    expect(number(losses.total)).toBeCloseTo(number(l1Loss(student, over.hr)) + 0.5 * number(l1Loss(student, peer)), 6);
    expect(number(losses.peer)).toBeCloseTo(number(l1Loss(peer, over.hr)), 6);
  });

  it('moves both by the mutual term', () => {
    for (const name of ['network', 'peer']) expect(after(make(1), name)).not.toEqual(after(make(0), name));
  });

  it('ends with its two networks alike under a large weight', () => {
    const distance = (weight: number) => {
      const method = make(weight);
      const over = batch(5e-3);
      const { state } = steps(
        method,
        method.init(seedRng(1)),
        Array.from({ length: 40 }, () => over),
      );
      return number(method.step(state, over).losses.mutual);
    };
    expect(distance(2)).toBeLessThan(distance(0));
  });
});

describe('be your own teacher', () => {
  const make = (alpha: number, hint: number) => beYourOwnTeacher({ student: TOY_STUDENT, alpha, hint });

  it('divides a shallow exit between truth and deepest exit', () => {
    const method = make(0.3, 0.03);
    const state = method.init(seedRng(1));
    const over = batch();
    const { losses } = method.step(state, over);
    const pass = sectionedPass(sectionedNetwork(TOY_STUDENT), slot(state, 'network'), over.lr);
    const sum = (target: Tensor4D) => pass.exits.reduce((total, exit) => total + number(l1Loss(exit, target)), 0);
    expect(number(losses.intermediate)).toBeCloseTo(sum(over.hr), 6);
    expect(number(losses.teacher)).toBeCloseTo(sum(pass.output), 6);
    const expected =
      number(losses.reconstruction) + 0.7 * number(losses.intermediate) + 0.3 * number(losses.teacher) + 0.03 * number(losses.hint);
    expect(number(losses.total)).toBeCloseTo(expected, 5);
  });

  it('holds the deepest exit and its features constant in what they teach', () => {
    // The last tail learns from the truth alone; the last section, through f_K, not from the hint.
    const of = (method: Method, name: string) => numbers(method.step(method.init(seedRng(1)), batch()).state)[`network/${name}`];
    expect(of(make(0.9, 0), 'tail.3.1.weight')).toEqual(of(make(0, 0), 'tail.3.1.weight'));
    expect(of(make(0, 5), 'section.3.conv.weight')).toEqual(of(make(0, 0), 'section.3.conv.weight'));
    expect(of(make(0, 5), 'section.1.conv.weight')).not.toEqual(of(make(0, 0), 'section.1.conv.weight'));
  });

  it('ships the deepest exit alone, without adapters', () => {
    const method = make(0.3, 0.03);
    const { student } = method.deploy(method.init(seedRng(1)));
    expect(student?.model.shapes).toEqual(sectionedEdsr({ ...TOY_STUDENT, exits: 'last' }).shapes);
    expect(Object.keys(student?.params ?? {})).toEqual(Object.keys(student?.model.shapes ?? {}));
  });
});
