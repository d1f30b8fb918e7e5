import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkPaper, mapStarts, performRun, type Recipe } from '@distillery/lab';
import { seedRng, useEngine, valueAndGrads, type Params } from '@distillery/tensor';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { PAPERS } from '../src';
import { dctSwin } from '../src/dct-swin';
import { waveletDistance } from '../src/wavelet-distance';

const paper = PAPERS.mtkd;

beforeAll(() => useEngine('wasm'));

describe('the paper', () => {
  it('names only methods, options, arms and experiments that there are', () => {
    expect(() => checkPaper(paper, 'mtkd')).not.toThrow();
  });

  it('trains teachers, aggregation network and student, one from the other', async () => {
    const runsDir = await mkdtemp(join(tmpdir(), 'mtkd-'));
    const short = (recipe: Recipe): Recipe => ({
      ...recipe,
      schedule: { ...recipe.schedule, steps: 2 },
      startFrom: mapStarts(recipe.startFrom, short),
    });
    const datasets = { train: 'procedural', evaluate: ['procedural-test'] };
    const arms = paper.experiments('smoke', datasets).flatMap((experiment) => experiment.arms);
    const recipe = short(arms.find(({ arm }) => arm === 'mtkd')?.recipe as Recipe);
    const finished: string[] = [];
    try {
      const result = await performRun(
        { recipe, seed: 0, engine: 'onnx' },
        {
          dataDir: null,
          runsDir,
          papers: [paper],
          onProgress: (event) => void (event.kind === 'finished' && finished.push(event.id)),
        },
      );
      const runs = ['teacher-edsr', 'teacher-rcan', 'teacher-rrdbnet', 'aggregation', 'mtkd'].map((arm) => `mtkd/smoke/${arm}-x4/0`);
      expect([...new Set(finished)]).toEqual(runs);
      expect(result.evaluations.map(({ network, dataset }) => [network, dataset])).toContainEqual(['student', 'procedural-test']);
      expect(Object.keys(result.curves)).toEqual(['total', 'distillation', 'reconstruction']);
      expect(result.uncompiled).toBeUndefined();
    } finally {
      await rm(runsDir, { recursive: true });
      await useEngine('wasm');
    }
  });
});

interface Stored {
  readonly shape: number[];
  readonly values: number[];
}
interface Digest {
  readonly shape: number[];
  readonly sum: number;
  readonly weighted: number;
  readonly first: number[];
}
/** Made by golden/make.py from the authors' code, in float64. */
const golden = JSON.parse(readFileSync(join(__dirname, 'golden/golden.json'), 'utf8')) as {
  readonly aggregation: { images: Stored[]; target: Stored; output: Stored; gradients: Record<string, Digest> };
  readonly wavelet: { a: Stored; b: Stored; levels: number; value: number; gradient: Stored };
};

const tensorOf = ({ values, shape }: Stored) => tf.tensor<tf.Rank.R4>(values, shape as [number, number, number, number]);

function expectClose(actual: tf.Tensor, { values, shape }: Stored, tolerance: number): void {
  expect(actual.shape).toEqual(shape);
  const worst = Math.max(...[...actual.dataSync()].map((value, i) => Math.abs(value - (values[i] as number))));
  expect(worst).toBeLessThan(tolerance);
}

/** From PyTorch's layout (kernels OIHW, matrices `[out, in]`) to ours, and back. */
const toOurs = (name: string, x: tf.Tensor): tf.Tensor =>
  x.rank === 4 ? tf.transpose(x, [2, 3, 1, 0]) : x.rank === 2 && !name.endsWith('table') ? tf.transpose(x) : x;
const toTheirs = (name: string, x: tf.Tensor): tf.Tensor =>
  x.rank === 4 ? tf.transpose(x, [3, 2, 0, 1]) : x.rank === 2 && !name.endsWith('table') ? tf.transpose(x) : x;

/** The formula of make.py. */
function drawn(name: string, shape: number[]): tf.Tensor {
  const scale = /norm[12]?\.weight$/.test(name) ? 1 : 0;
  const size = shape.reduce((a, b) => a * b, 1);
  return tf.tensor(
    Array.from({ length: size }, (_, i) => scale + 0.1 * Math.sin(0.37 * i + name.length)),
    shape,
  );
}

describe('the aggregation network', () => {
  const { images, target, output, gradients } = golden.aggregation;
  const network = dctSwin({ teachers: 2, channels: 8, heads: 2, window: 4, mlpRatio: 2, groups: 1, blocks: 2, features: 64, fold: 2 });

  it('has the authors’ parameters, output and gradients of every parameter', () => {
    const params: Params = Object.fromEntries(
      Object.entries(gradients).map(([name, { shape }]) => [name, toOurs(name, drawn(name, shape))]),
    );
    const given = images.map(tensorOf);
    expectClose(network.apply(params, given), output, 1e-5);

    const loss = (p: Params) => ({ loss: tf.mean<tf.Scalar>(tf.squaredDifference(network.apply(p, given), tensorOf(target))), aux: {} });
    const { grads } = valueAndGrads(loss, params);
    for (const [name, { shape, sum, weighted, first }] of Object.entries(gradients)) {
      const gradient = toTheirs(name, grads[name] as tf.Tensor);
      const values = [...gradient.dataSync()];
      const total = values.reduce((a, b) => a + b, 0);
      const mixed = values.reduce((a, b, i) => a + b * Math.cos(0.11 * i), 0);
      const size = values.reduce((a, b) => a + Math.abs(b), 0);
      expect(gradient.shape, name).toEqual(shape);
      expect(Math.abs(total - sum) / size, `${name}, sum`).toBeLessThan(1e-4);
      expect(Math.abs(mixed - weighted) / size, `${name}, weighted sum`).toBeLessThan(1e-4);
      first.forEach((value, i) => expect(Math.abs((values[i] as number) - value), `${name}, value ${i}`).toBeLessThan(2e-5));
    }
  });

  it('draws parameters of the shapes that it has there', () => {
    const params = network.init(seedRng(0));
    const shapes = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, toTheirs(name, value).shape]));
    expect(shapes).toEqual(Object.fromEntries(Object.entries(gradients).map(([name, { shape }]) => [name, shape])));
  });
});

describe('the wavelet distance', () => {
  const { a, b, levels, value, gradient } = golden.wavelet;

  it('has the value and the gradient of the Haar transform written out', () => {
    const distance = (x: tf.Tensor) => waveletDistance(x as tf.Tensor4D, tensorOf(b), levels);
    expect(distance(tensorOf(a)).dataSync()[0]).toBeCloseTo(value, 5);
    expectClose(tf.grad(distance)(tensorOf(a)), gradient, 1e-6);
  });

  it('refuses sides that it cannot halve so often', () => {
    expect(() => waveletDistance(tensorOf(a), tensorOf(b), 4)).toThrow(/multiples of 16, not 16x8/);
  });
});
