import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { Image } from '@distillery/data';
import { EVERY_ARCHITECTURE, san, srvgg, upscale, upscaleLuma, type Model } from '@distillery/models';
import { ENGINES, engineStatus, seedRng, useEngine } from '@distillery/tensor';
import { describe, expect, it } from 'vitest';
import { forwardPass } from '../src/inference/forward-pass';
import { golden, type GoldenCase } from './golden/golden';

/** Every architecture in the first configuration of its golden. */
const NETWORKS = EVERY_ARCHITECTURE.map((build) => {
  const [{ options, scale }] = golden('sr', build.id).cases as [GoldenCase];
  return build({ ...options, scale });
});

function noise(seed: number, width: number, height: number): Image {
  const rng = seedRng(seed);
  return { width, height, channels: 3, data: Uint8Array.from({ length: width * height * 3 }, () => rng.integer(256)) };
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Array.from(a).reduce((largest, value, i) => Math.max(largest, Math.abs(value - (b[i] as number))), 0);
}

/** What `run` gives on an engine, with the fallbacks it told of. */
async function on<T>(
  engine: string,
  run: (onFallback: (reason: string) => void) => Promise<T>,
): Promise<{ result: T; fallbacks: string[] }> {
  await useEngine(engine);
  const fallbacks: string[] = [];
  return { result: await run((reason) => fallbacks.push(reason)), fallbacks };
}

/** A network with an operation that no engine compiles. */
const sorted: Model = {
  ...srvgg({ features: 8, convs: 1, scale: 2 }),
  name: 'sorted',
  init: () => ({}),
  apply: (_, x) => tf.tidy(() => tf.topk(x, 3).values as Tensor4D),
};

describe.each(ENGINES.filter((name) => name !== 'wasm'))('on engine %s', (engine) => {
  const needs = async (skip: (note: string) => void): Promise<void> => {
    const status = (await engineStatus()).find(({ name }) => name === engine);
    if (!status?.available) skip(status?.detail ?? engine);
  };

  it.for(NETWORKS)('$name makes the image that wasm makes', async (network, { skip }) => {
    await needs(skip);
    const upscaled = (onFallback: (reason: string) => void) => upscale(network, network.init(seedRng(3)), noise(1, 17, 16), { onFallback });
    const [reference, ours] = [await on('wasm', upscaled), await on(engine, upscaled)];
    expect(ours.fallbacks).toEqual([]);
    // A value on the edge between two levels may be rounded to either.
    expect(largestDifference(ours.result.data, reference.result.data)).toBeLessThanOrEqual(1);
  });

  it('SAN makes the image that wasm makes, which multiplies so many pixels in parts', async ({ skip }) => {
    await needs(skip);
    const network = san({ features: 8, groups: 1, blocks: 1, reduction: 4, nonLocalReduction: 4, rgbRange: 1, scale: 2 });
    const initial = network.init(seedRng(3));
    // The block starts as the identity.
    const name = 'non_local.non_local.W.weight';
    const params = { ...initial, [name]: tf.fill((initial[name] as Tensor4D).shape, 0.5) };
    const upscaled = (onFallback: (reason: string) => void) => upscale(network, params, noise(2, 129, 134), { onFallback });
    const [reference, ours] = [await on('wasm', upscaled), await on(engine, upscaled)];
    expect(largestDifference(ours.result.data, reference.result.data)).toBeLessThanOrEqual(1);
  }, 60_000);

  it.for(NETWORKS.filter(({ channels }) => channels === 1))(
    '$name makes the luma that wasm makes, self-ensemble included',
    async (network, { skip }) => {
      await needs(skip);
      const upscaled = (onFallback: (reason: string) => void) =>
        upscaleLuma(network, network.init(seedRng(3)), noise(1, 17, 16), { onFallback, selfEnsemble: true });
      const [reference, ours] = [await on('wasm', upscaled), await on(engine, upscaled)];
      expect(ours.fallbacks).toEqual([]);
      expect(largestDifference(ours.result.data, reference.result.data)).toBeLessThan(0.01);
    },
  );

  it('tells apart networks that differ in their parameters only', async ({ skip }) => {
    await needs(skip);
    await useEngine(engine);
    const network = NETWORKS[0] as Model;
    const image = noise(1, 9, 8);
    const [first, second] = [network.init(seedRng(1)), network.init(seedRng(2))];
    const made = async (params: typeof first) => [...(await upscale(network, params, image)).data];
    const before = await made(first);
    expect(await made(second)).not.toEqual(before);
    expect(await made(first)).toEqual(before);
  });

  it('runs what it cannot compile as it is, and says so', async ({ skip }) => {
    await needs(skip);
    if ((await useEngine(engine)).name === 'tensorflow') skip('this engine compiles nothing');
    const lr = tf.reshape(tf.range(0, 60), [1, 4, 5, 3]) as Tensor4D;
    const passed = (onFallback: (reason: string) => void) => forwardPass(sorted, {}, lr, { ensemble: false, onFallback });
    const ours = await on(engine, passed);
    expect(ours.fallbacks).toEqual([expect.stringMatching(/^sorted: .*TopK/)]);
    const reference = tf.reverse(lr, 3);
    expect(await ours.result.data()).toEqual(await reference.data());
  });
});
