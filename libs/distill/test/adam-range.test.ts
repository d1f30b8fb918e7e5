import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { disposeState, plain, slot, train, type Batch } from '@distillery/distill';
import { edsr, type Model } from '@distillery/models';
import { disposeParams, seedRng, type Params } from '@distillery/tensor';
import { expect, it } from 'vitest';
import { patternParams } from '../../models/test/golden/golden';
import { onEveryEngine } from './every-engine';

/** Trained by PyTorch in float64 on images in 0..255; `golden/adam.py` says how. `moved` is after minus before, in PyTorch's layout. */
interface Golden {
  readonly features: number;
  readonly scale: 2;
  readonly batch: number;
  readonly side: number;
  readonly steps: number;
  readonly rate: number;
  readonly loss: number;
  readonly moved: Readonly<Record<string, readonly number[]>>;
}
const golden = JSON.parse(readFileSync(join(__dirname, 'golden/adam.json'), 'utf8')) as Golden;
const { features, scale, batch, side, steps, rate } = golden;
const network = edsr({ features, blocks: 1, resScale: 1, scale, rgbRange: 255 });

/** `images` of adam.py, in 0..1. */
function images(seed: number): Omit<Batch, 'learningRate'> {
  const levels = Float32Array.from({ length: batch * side * side * 3 }, (_, k) => ((k * 7919 + seed * 104729) % 256) / 255);
  return tf.tidy(() => {
    const lr = tf.tensor4d(levels, [batch, side, side, 3]);
    const rows = tf.reshape(lr, [batch, side, 1, side, 1, 3]);
    const enlarged = tf.reshape(tf.tile(rows, [1, 1, scale, 1, scale, 1]), [batch, side * scale, side * scale, 3]);
    return { lr, hr: enlarged as Tensor4D };
  });
}

type Values = Readonly<Record<string, readonly number[]>>;

/** In PyTorch's layout. */
function valuesOf(params: Params): Values {
  const values = ([name, tensor]: [string, tf.Tensor]) => {
    const stored = tf.tidy(() => Array.from((tensor.rank === 4 ? tf.transpose(tensor, [3, 2, 0, 1]) : tensor).dataSync()));
    return [name, stored] as const;
  };
  return Object.fromEntries(Object.entries(params).map(values));
}

/** The golden's training: the last loss, and by how much each parameter moved. */
async function trained(model: Model): Promise<{ loss: number; moved: Values }> {
  const start = patternParams(model);
  const method = plain({ model, role: 'student', start });
  let [seed, loss] = [0, NaN];
  const state = await train({
    method,
    state: method.init(seedRng(1)),
    nextBatch: () => images((seed += 1)),
    schedule: { steps, learningRate: rate, decay: 1, decayEvery: steps },
    startStep: 0,
    checkpointEvery: 0,
    onStep: (_, { total }) => void (loss = total as number),
  });
  const [before, after] = [valuesOf(start), valuesOf(slot(state, 'network'))];
  disposeState(state);
  disposeParams(start);
  const moved = Object.entries(after).map(([name, values]) => [name, values.map((value, i) => value - (before[name]?.[i] as number))]);
  return { loss, moved: Object.fromEntries(moved) as Values };
}

const norm = (values: readonly number[]): number => Math.hypot(...values);

/** |ours - golden| / |golden| of a tensor's movement. */
function error(moved: Values, name: string): number {
  const expected = golden.moved[name] as readonly number[];
  return norm(expected.map((value, i) => (moved[name]?.[i] as number) - value)) / norm(expected);
}

onEveryEngine(() => {
  it('trains a network in 0..255 as PyTorch does whose loss is of images in 0..255', async () => {
    const { loss, moved } = await trained(network);
    expect(Object.keys(moved).sort()).toEqual(Object.keys(golden.moved).sort());
    expect(Math.abs(255 * loss - golden.loss)).toBeLessThan(1e-5 * golden.loss);
    for (const name of Object.keys(golden.moved)) expect(error(moved, name), name).toBeLessThan(1e-5);
  });

  it('would not with the epsilon of images in 0..1', async () => {
    const { moved } = await trained({ ...network, pixelRange: 1 });
    expect(Math.max(...Object.keys(golden.moved).map((name) => error(moved, name)))).toBeGreaterThan(1e-4);
  });
});
