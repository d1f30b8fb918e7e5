import type { Tensor } from '@tensorflow/tfjs-core';
import { slot, type Method, type State } from '@distillery/distill';
import { seedRng, useEngine } from '@distillery/tensor';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { METHODS } from './methods';
import { toyStreams, withRate } from './toy';

// Every toy whose network can work in 0..255 does so here.
vi.mock('./toy-range', () => ({ TOY_RANGE: 255 }));

/** PDD's objective is of images in 0..1, whatever its network works in. */
const OBJECTIVE_IN_0_1 = ['pdd'];

/** The slots that Adam trains, with the name that its moments have. */
function trainedSlots(state: State): { network: string; moments: string }[] {
  return Object.keys(state).flatMap((name) => {
    const moments = /^(adam(?:\.(.+))?)\.m$/.exec(name);
    return moments ? [{ network: moments[2] ?? 'network', moments: moments[1] as string }] : [];
  });
}

/** The range in which the objective of a slot is taken by the method's authors. */
function rangeOf(method: Method, state: State, network: string): number {
  if (network === 'discriminator' || OBJECTIVE_IN_0_1.includes(method.name)) return 1;
  const deployed = Object.values(method.deploy(state)).map(({ model }) => model.pixelRange);
  return deployed.length === 0 ? 255 : Math.max(...deployed);
}

const RATE = 1;

/** Largest distance of a slot after its first step from p - rate g / (|g| + epsilon), with g = m / (1 - beta1). */
function distance(before: State, after: State, { network, moments }: { network: string; moments: string }, epsilon: number): number {
  const values = (state: State, name: string, key: string) => (slot(state, name)[key] as Tensor).dataSync();
  const errors = Object.keys(slot(before, network)).flatMap((key) => {
    const [p, q, m] = [values(before, network, key), values(after, network, key), values(after, `${moments}.m`, key)];
    return [...p].map((start, i) => {
      const gradient = (m[i] as number) / (1 - 0.9);
      return Math.abs((q[i] as number) - (start - (RATE * gradient) / (Math.abs(gradient) + epsilon)));
    });
  });
  return Math.max(...errors);
}

/** By method and slot, whether a step was seen that tells the two epsilons apart. */
const seen: Record<string, boolean> = {};

describe('the first step of every network that a method trains', () => {
  beforeAll(() => useEngine('wasm'));

  it.each(Object.entries(METHODS))('%s', (_, make) => {
    const method = make();
    const before = method.init(seedRng(1));
    const after = method.step(before, withRate(toyStreams(seedRng(2)), RATE)).state;
    for (const trained of trainedSlots(before)) {
      const key = `${method.name} ${trained.network}`;
      seen[key] ??= false;
      // A network that rests, by a warm-up or a threshold, keeps its moments.
      if (Object.values(slot(after, `${trained.moments}.m`)).every((m) => m.dataSync().every((value) => value === 0))) continue;
      const range = rangeOf(method, before, trained.network);
      expect(distance(before, after, trained, 1e-8 / range), key).toBeLessThan(3e-6);
      if (distance(before, after, trained, range === 1 ? 1e-8 / 255 : 1e-8) > 1e-5) seen[key] = true;
    }
  });

  it('was seen where epsilon makes a difference', () => {
    expect(Object.entries(seen).filter(([, told]) => !told)).toEqual([]);
  });
});
