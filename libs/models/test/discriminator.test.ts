import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { discriminator } from '@distillery/models';
import { compiled, seedRng, uniformTensor, useEngine, valueAndGrads, type Params } from '@distillery/tensor';
import { onEveryEngine } from '../../tensor/test/suite/engines';

interface Sampled {
  readonly shape: readonly number[];
  readonly meanSquare: number;
  readonly step: number;
  readonly values: readonly number[];
}

/** By PyTorch in float64: golden/make_discriminator.py. */
const GOLDEN = JSON.parse(readFileSync(join(__dirname, 'golden/discriminator.json'), 'utf8')) as {
  readonly logits: Sampled;
  /** Of mean(logits^2), in the image and every parameter. */
  readonly gradients: Readonly<Record<string, Sampled>>;
};

/** To `tolerance` of the root of the mean square. */
function expectSampled(actual: Tensor, { shape, meanSquare, step, values }: Sampled, tolerance: number, name: string): void {
  expect(actual.shape, name).toEqual(shape);
  const data = Array.from(actual.dataSync());
  const scale = Math.sqrt(meanSquare);
  expect(Math.abs(Math.sqrt(data.reduce((sum, v) => sum + v * v, 0) / data.length) - scale), name).toBeLessThan(tolerance * scale);
  values.forEach((value, i) => expect(Math.abs((data[i * step] as number) - value), `${name} ${i}`).toBeLessThan(tolerance * scale));
}

const wave = (shape: readonly number[], phase: number, scale: number, offset = 0): Tensor => {
  const size = shape.reduce((product, side) => product * side, 1);
  return tf.tensor(
    Array.from({ length: size }, (_, i) => offset + scale * Math.sin(0.37 * i ** 2 + phase)),
    [...shape],
    'float32',
  );
};

/** The golden's parameters and vectors: closed formulas of the index. */
function formulas(): { params: Params; vectors: Params } {
  const network = discriminator(4);
  const layer = (name: string): number => Number(name.charAt(4));
  const params = Object.fromEntries(
    Object.entries(network.shapes).map(([name, shape]) =>
      name.endsWith('weight') ? [name, wave(shape, layer(name), 0.2)] : [name, wave(shape, layer(name) + 0.5, 0.1)],
    ),
  );
  const vectors = Object.fromEntries(
    Object.entries(network.initVectors(seedRng(1))).map(([name, { shape }]) => {
      const drawn = wave(shape, layer(name) + 0.25, 1);
      return [name, tf.div(drawn, tf.norm(drawn))];
    }),
  );
  return { params, vectors };
}

onEveryEngine(() => {
  it('gives the logits of PyTorch after one power iteration, and the gradients of every parameter and the image', async () => {
    const network = discriminator(4);
    const { params, vectors } = formulas();
    const image = wave([2, 16, 8, 3], 0.1, 0.5, 0.5);
    const step = compiled((p: Params, v: Params) => {
      const iterated = network.iterate(p, v);
      const { aux, grads } = valueAndGrads((inner) => {
        const { image: seen, ...weights } = inner;
        const logits = network.apply(weights, iterated, seen as Tensor4D);
        return { loss: tf.mean(tf.square(logits)), aux: { logits } };
      }, p);
      return { ...aux, grads };
    });
    const { logits, grads } = await step({ ...params, image }, vectors);
    await step.dispose();
    expectSampled(logits, GOLDEN.logits, 1e-5, 'logits');
    expect(Object.keys(grads).sort()).toEqual(Object.keys(GOLDEN.gradients).sort());
    for (const [name, golden] of Object.entries(GOLDEN.gradients)) expectSampled(grads[name] as Tensor, golden, 1e-4, name);
  });
});

describe('discriminator', () => {
  beforeAll(() => useEngine('wasm'));

  it('has 4,376,897 parameters at 64 features, as published', () => {
    const count = Object.values(discriminator(64).shapes).reduce((sum, shape) => sum + shape.reduce((a, b) => a * b, 1), 0);
    expect(count).toBe(4376897);
  });

  it('takes the largest singular value of every normalised kernel to 1', () => {
    const network = discriminator(4);
    const params = network.init(seedRng(1));
    let vectors = network.initVectors(seedRng(2));
    for (let i = 0; i < 200; i++) vectors = network.iterate(params, vectors);
    const kernel = params['conv4.weight'] as Tensor4D;
    const matrix = tf.reshape(kernel, [-1, kernel.shape[3]]);
    const product = tf.matMul(matrix, tf.reshape(vectors['conv4.u'] as Tensor, [-1, 1]));
    const sigma = tf.norm(product).dataSync()[0] as number;
    // No other direction is stretched further.
    for (let i = 0; i < 50; i++) {
      const direction = uniformTensor(seedRng(i), [kernel.shape[3], 1], -1, 1);
      expect(tf.norm(tf.matMul(matrix, tf.div(direction, tf.norm(direction)))).dataSync()[0]).toBeLessThanOrEqual(sigma * 1.0001);
    }
    expect(tf.norm(vectors['conv4.v'] as Tensor).dataSync()[0]).toBeCloseTo(1, 5);
  });

  it('has a gradient in which the norm takes part: scaling a normalised kernel changes nothing', () => {
    const network = discriminator(2);
    const params = network.init(seedRng(1));
    const vectors = network.iterate(params, network.initVectors(seedRng(2)));
    const image = uniformTensor(seedRng(3), [1, 8, 8, 3], 0, 1) as Tensor4D;
    const { grads } = valueAndGrads((p) => ({ loss: tf.mean(network.apply(p, vectors, image)), aux: {} }), params);
    for (const name of ['conv1.weight', 'conv5.weight', 'conv8.weight']) {
      const [gradient, weight] = [grads[name] as Tensor, params[name] as Tensor];
      const along = tf.sum(tf.mul(gradient, weight)).dataSync()[0] as number;
      const size = (tf.norm(gradient).dataSync()[0] as number) * (tf.norm(weight).dataSync()[0] as number);
      expect(size).toBeGreaterThan(0);
      expect(Math.abs(along)).toBeLessThan(1e-4 * size);
    }
  });

  it('takes images whose sides are no multiples of 8', () => {
    const network = discriminator(2);
    const params = network.init(seedRng(1));
    expect(network.apply(params, network.initVectors(seedRng(2)), tf.zeros([1, 12, 20, 3])).shape).toEqual([1, 12, 20, 1]);
  });
});
