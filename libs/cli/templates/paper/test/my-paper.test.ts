import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkPaper, mapStarts, performRun, type Recipe } from '@distillery/lab';
import { edsr } from '@distillery/models';
import { cloneParams, seedRng, uniformTensor, useEngine } from '@distillery/tensor';
import { abs, mean, scalar, sub, type Tensor4D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { PAPERS } from '../src';
import { myPaper } from '../src/method';

const paper = PAPERS['my-paper'];

beforeAll(() => useEngine('wasm'));

describe('the paper', () => {
  it('names only methods, options, arms and experiments that there are', () => {
    expect(() => checkPaper(paper, 'my-paper')).not.toThrow();
  });

  it('runs from the teacher to the scores of the student', async () => {
    const runsDir = await mkdtemp(join(tmpdir(), 'my-paper-'));
    const short = (recipe: Recipe): Recipe => ({
      ...recipe,
      schedule: { ...recipe.schedule, steps: 2 },
      startFrom: mapStarts(recipe.startFrom, short),
    });
    const datasets = { train: 'procedural', evaluate: ['procedural-test'] };
    const arms = paper.experiments('smoke', datasets).flatMap((experiment) => experiment.arms);
    const recipe = short(arms.find(({ arm }) => arm === 'distilled')?.recipe as Recipe);
    try {
      const result = await performRun({ recipe, seed: 0, engine: 'wasm' }, { dataDir: null, runsDir, papers: [paper] });
      expect(result.evaluations.map(({ network, dataset }) => [network, dataset])).toContainEqual(['student', 'procedural-test']);
      expect(Object.keys(result.curves)).toEqual(['total', 'reconstruction', 'imitation']);
    } finally {
      await rm(runsDir, { recursive: true });
    }
  });
});

describe('the method', () => {
  it('has the loss of the paper', () => {
    const model = edsr({ features: 4, blocks: 1, resScale: 1, rgbRange: 1, scale: 2 });
    const rng = seedRng(1);
    const draw = (side: number) => uniformTensor(rng, [2, side, side, 3], 0, 1) as Tensor4D;
    const batch = { lr: draw(6), hr: draw(12), learningRate: scalar(1e-3) };
    const teacher = model.init(rng.split('teacher'));
    const start = model.init(rng.split('student'));
    const method = myPaper({ student: model, teacher: { model, params: teacher }, weight: 0.5 });

    const { state, losses } = method.step({ ...method.init(rng), network: cloneParams(start) }, batch);

    const distance = (a: Tensor4D, b: Tensor4D): number => mean(abs(sub(a, b))).dataSync()[0] as number;
    const output = model.apply(start, batch.lr);
    const expected = distance(output, batch.hr) + 0.5 * distance(output, model.apply(teacher, batch.lr));
    expect(losses.total?.dataSync()[0]).toBeCloseTo(expected, 5);
    for (const [name, value] of Object.entries(start)) expect(state.network?.[name]?.dataSync(), name).not.toEqual(value.dataSync());
  });
});
