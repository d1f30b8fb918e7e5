import { openDataset, type Dataset, type TrainingPair, loadPairs } from '@distillery/data';
import { l1Loss, objectiveMethod, plain, type ObjectiveOptions } from '@distillery/distill';
import type { Recipe } from '@distillery/lab';
import { edsr } from '@distillery/models';
import { exampleOf, showTrials, trainTrial, type Example, type Trial } from '@distillery/notebook';
import { useEngine, UserError } from '@distillery/tensor';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { collectDisplays, stopDisplays, texts, type Sent } from '../displayed';

const FIGURE = 'application/vnd.plotly.v1+json';
const network = edsr({ features: 4, blocks: 1, resScale: 1, rgbRange: 1, scale: 2 });
const recipe = {
  scale: 2,
  data: { patch: 16, batch: 2, channels: 3 },
  schedule: { steps: 2, learningRate: 1e-3, decay: 1, decayEvery: 2 },
} as unknown as Recipe;

let evaluationSet: Dataset;
let example: Example;
let pairs: TrainingPair[];
let sent: Sent[] = [];
let printed: string[] = [];

beforeAll(async () => {
  await useEngine('wasm');
  const whole = await openDataset('procedural-test', null);
  evaluationSet = { ...whole, items: whole.items.slice(0, 1) };
  example = await exampleOf(evaluationSet, 2);
  pairs = await loadPairs(evaluationSet, 2);
});
beforeEach(() => {
  sent = collectDisplays();
  printed = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
});
afterEach(() => {
  stopDisplays();
  vi.restoreAllMocks();
});

type Terms = ObjectiveOptions<unknown>['terms'];
const train = (terms: Terms, title = 'mine'): Promise<Trial> =>
  trainTrial(objectiveMethod({ network, terms }), { title, recipe, pairs, seed: 0 });
const withTerm = (value: (output: tf.Tensor4D, hr: tf.Tensor4D) => tf.Tensor): Terms => {
  return ({ output }, _, { hr }) => ({
    reconstruction: { weight: 1, value: l1Loss(output, hr) },
    mine: { weight: 1, value: value(output, hr) },
  });
};

describe('trainTrial', () => {
  it('draws each batch once and says nothing of terms that train', async () => {
    let drawn = 0;
    const nextBatch = () => ({ lr: tf.fill<tf.Rank.R4>([1, 4, 4, 3], ++drawn / 10), hr: tf.zeros<tf.Rank.R4>([1, 8, 8, 3]) });
    const method = objectiveMethod({ network, terms: withTerm((output) => tf.mean(output)) });
    const { losses } = await trainTrial(method, { title: 'mine', recipe, pairs: [], seed: 0, nextBatch });
    expect(drawn).toBe(2);
    expect(losses.mine?.map(([step]) => step)).toEqual([1, 2]);
    expect(printed).toEqual([]);
  });

  it('says once that a term sends no gradient, or one that is not finite', async () => {
    await train(withTerm((output) => tf.scalar(tf.mean(output).dataSync()[0] as number)));
    expect(printed).toEqual(["mine: term 'mine' sends no gradient into the network at the first step: it trains nothing"]);
    printed = [];
    await expect(train(withTerm((output) => tf.mean(tf.sqrt(tf.sub(output, output)))))).rejects.toThrow(UserError);
    expect(printed).toEqual([
      "mine: term 'mine' has a gradient that is not finite at the first step: a square root or log at 0 has none; add 1e-6 inside",
    ]);
  });

  it('keeps no tensor of a term that is not one number', async () => {
    const before = tf.memory().numTensors;
    await expect(train(withTerm((output) => output))).rejects.toThrow("term 'mine' has shape [2, 16, 16, 3]");
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('showTrials', () => {
  const curves = () => {
    const figure = sent.findLast(({ data }) => FIGURE in data)?.data[FIGURE] as {
      data: { name: string; y: number[] }[];
      layout: { yaxis: { title: { text: string } } };
    };
    return { names: figure.data.map(({ name }) => name), axis: figure.layout.yaxis.title.text };
  };
  const table = () => {
    const text = texts(sent).findLast((shown) => shown.startsWith('training\t')) ?? '';
    return text.split('\n').map((line) => line.split('\t'));
  };

  it('has the difference in PSNR to the first trial', async () => {
    const trials = {
      'L1 alone': await train(
        withTerm((output) => tf.mean(output)),
        'a',
      ),
      other: await train(
        withTerm((output) => tf.mean(tf.abs(output))),
        'b',
      ),
    };
    sent = collectDisplays();
    await showTrials(trials, { evaluationSet, example, curve: 'mine' });
    expect(curves()).toEqual({ names: ['L1 alone', 'other'], axis: 'mine' });
    const [head, ...rows] = table();
    expect(head).toEqual(['training', 'PSNR (dB)', 'over L1 alone (dB)', 'SSIM']);
    expect(rows.map(([training]) => training)).toEqual(['none: bicubic', 'L1 alone', 'other']);
    const [bicubic, first, other] = rows.map(([, psnr]) => Number(psnr)) as [number, number, number];
    expect(rows[1]?.[2]).toBe('');
    expect(Number(rows[0]?.[2])).toBeCloseTo(bicubic - first, 2);
    expect(Number(rows[2]?.[2])).toBeCloseTo(other - first, 2);
    expect(rows[0]?.[2]).toMatch(/^\+\d+\.\d{3}$/);
  });

  it('leaves a trial without the loss out of the curves, and says which losses it has', async () => {
    const alone = await trainTrial(plain({ model: network, role: 'student' }), { title: 'alone', recipe, pairs, seed: 0 });
    const mine = await train(withTerm((output) => tf.mean(output)));
    sent = collectDisplays();
    await showTrials({ alone, mine }, { evaluationSet, example, curve: 'mine' });
    expect(printed).toEqual(["alone has no loss 'mine', only total: it is left out of the curves"]);
    expect(curves()).toEqual({ names: ['mine'], axis: 'mine' });
    expect(table()).toHaveLength(4);

    printed = [];
    await showTrials({ alone, mine }, { evaluationSet, example });
    expect(printed).toEqual([]);
    expect(curves()).toEqual({ names: ['alone', 'mine'], axis: 'total' });

    sent = collectDisplays();
    await expect(showTrials({ alone, mine }, { evaluationSet, example, curve: 'relation' })).rejects.toThrow(
      new UserError(
        "curve 'relation': alone has no loss 'relation', only total; mine has no loss 'relation', only total, reconstruction, mine",
      ),
    );
    expect(sent).toEqual([]);
  });
});
