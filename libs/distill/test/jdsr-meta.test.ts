import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import {
  firstOrderGradients,
  metaGradients,
  sectionedNetwork,
  sectionedPass,
  trainAndMetaHalves,
  type LabelDistance,
} from '@distillery/distill';
import { softLabelGenerator } from '@distillery/models';
import { compiled, seedRng, type Params } from '@distillery/tensor';
import { describe, expect, it } from 'vitest';
import { onEveryEngine } from './every-engine';
import { toyBatch } from './toy';

const CONFIG = { features: 4, sections: 2, blocks: 1, resScale: 1, scale: 2, rgbRange: 1 } as const;
const student = sectionedNetwork(CONFIG);
const generator = softLabelGenerator(CONFIG);
/** Rate of the virtual step. */
const RATE = 0.5;
/** Of the differences. In float32 a loss of this size has the fourth digit of its slope at 1e-3, and the Charbonnier parabola is wide enough for it. */
const STEP = 1e-3;

interface Inputs {
  readonly theta: Params;
  readonly phi: Params;
  readonly batch: { readonly lr: Tensor4D; readonly hr: Tensor4D };
}

function meta({ theta, phi, batch }: Inputs, distance: LabelDistance, rate: number) {
  const { train, meta: judged } = trainAndMetaHalves(batch);
  const { features } = sectionedPass(student, theta, train.lr);
  return metaGradients({ student, params: theta, generator, generatorParams: phi, features, train, meta: judged, distance, rate });
}

function inputs(): Inputs {
  return { theta: student.training.init(seedRng(1)), phi: generator.init(seedRng(2)), batch: toyBatch(seedRng(3)) };
}

/** phi moved along a direction. */
function moved(phi: Params, along: Params, by: number): Params {
  return Object.fromEntries(Object.entries(phi).map(([name, value]) => [name, tf.add(value, tf.mul(along[name] as tf.Tensor, by))]));
}

function dot(a: Params, b: Params): number {
  const products = Object.keys(a).map((name) => tf.sum(tf.mul(a[name] as tf.Tensor, b[name] as tf.Tensor)).dataSync()[0] as number);
  return products.reduce((sum, value) => sum + value, 0);
}

onEveryEngine(() => {
  describe('the meta gradient', () => {
    it('is that of central differences through the virtual step', async () => {
      const run = compiled((all: Inputs) => meta(all, 'charbonnier', RATE));
      const at = inputs();
      const { grads } = await run(at);
      // Along its own direction the change of the loss is largest against rounding.
      const norm = Math.sqrt(dot(grads, grads));
      const direction = Object.fromEntries(Object.entries(grads).map(([name, gradient]) => [name, tf.div(gradient, norm)]));
      const value = async (by: number): Promise<number> =>
        (await run({ ...at, phi: moved(at.phi, direction, by) })).loss.dataSync()[0] as number;
      const difference = ((await value(STEP)) - (await value(-STEP))) / (2 * STEP);
      expect(norm).toBeGreaterThan(1e-4);
      expect(Math.abs(difference / norm - 1)).toBeLessThan(5e-3);
      await run.dispose();
    });

    it('is exactly zero where the labels are compared by L1: they enter the step by a sign only', async () => {
      const run = compiled((all: Inputs) => meta(all, 'l1', RATE));
      const { grads } = await run(inputs());
      expect(dot(grads, grads)).toBe(0);
      await run.dispose();
    });

    it('grows with the virtual rate, and vanishes with it', async () => {
      const norm = async (rate: number): Promise<number> => {
        const run = compiled((all: Inputs) => meta(all, 'charbonnier', rate));
        const { grads } = await run(inputs());
        await run.dispose();
        return Math.sqrt(dot(grads, grads));
      };
      expect(await norm(0)).toBe(0);
      expect((await norm(0.02)) / (await norm(0.01))).toBeCloseTo(2, 1);
    });
  });

  describe('the first-order gradient', () => {
    it('is that of the labels towards the ground truth, by central differences', async () => {
      const run = compiled(({ theta, phi, batch }: Inputs) => {
        const { features } = sectionedPass(student, theta, batch.lr);
        return firstOrderGradients(generator, phi, features, batch);
      });
      const at = inputs();
      const { grads } = await run(at);
      const norm = Math.sqrt(dot(grads, grads));
      const direction = Object.fromEntries(Object.entries(grads).map(([name, gradient]) => [name, tf.div(gradient, norm)]));
      const value = async (by: number): Promise<number> =>
        (await run({ ...at, phi: moved(at.phi, direction, by) })).loss.dataSync()[0] as number;
      expect(Math.abs(((await value(STEP)) - (await value(-STEP))) / (2 * STEP * norm) - 1)).toBeLessThan(5e-3);
      await run.dispose();
    });
  });
});
