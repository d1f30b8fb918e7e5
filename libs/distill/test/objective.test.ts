import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import {
  featuresAt,
  forward,
  l1Loss,
  objectiveMethod,
  plain,
  slot,
  type Forward,
  type ObjectiveOptions,
  type Method,
} from '@distillery/distill';
import { edsr } from '@distillery/models';
import { leakChecked, seedRng, uniformTensor, useEngine, UserError, valueAndGrads, type Params } from '@distillery/tensor';
import { beforeAll, describe, expect, it } from 'vitest';
import { numbers, TOY_TEACHER, toyBatch, withRate, stepWithoutLeak } from './toy';

const network = edsr(TOY_TEACHER);
const teacher = () => network.init(seedRng(8));
const number = (scalar: Tensor | undefined) => scalar?.dataSync()[0] as number;

/** L1 against the ground truth, and a 1x1 adapter of the body's features against the teacher's. */
function matched(teacherParams: Params, over: Partial<ObjectiveOptions<Forward>> = {}): Method {
  return objectiveMethod<Forward>({
    name: 'matched',
    network,
    taps: ['body'],
    heads: (rng) => ({ adapter: uniformTensor(rng, [1, 1, 8, 8], -0.3, 0.3) }),
    targets: ({ lr }) => forward(network, teacherParams, lr, ['body']),
    terms: ({ output, features }, targets, { hr }, { adapter }) => ({
      reconstruction: { weight: 1, value: l1Loss(output, hr) },
      feature: {
        weight: 0.5,
        value: l1Loss(tf.conv2d(features.body as Tensor4D, adapter as Tensor4D, 1, 'same'), targets.features.body as Tensor4D),
      },
    }),
    ...over,
  });
}

describe('forward', () => {
  beforeAll(() => useEngine('wasm'));

  it('keeps the features of the named taps, which outlive the pass', () => {
    const params = teacher();
    const pass = forward(network, params, toyBatch(seedRng(1)).lr, ['head', 'body']);
    expect(pass.output.shape).toEqual([4, 12, 12, 3]);
    expect(featuresAt(pass, ['body', 'head']).map((feature) => feature.shape)).toEqual([
      [4, 6, 6, 8],
      [4, 6, 6, 8],
    ]);
    expect(number(tf.sum(pass.features.head as Tensor4D))).not.toBe(0);
  });

  it('frees all but what it returns', () => {
    const params = teacher();
    const { lr } = toyBatch(seedRng(1));
    const pass = leakChecked(
      () => forward(network, params, lr, ['head', 'body']),
      () => 3,
    );
    expect(() => pass()).not.toThrow();
  });

  it('names a tap that the network lacks, and those that it has', () => {
    const before = teacher();
    const { lr } = toyBatch(seedRng(1));
    const live = tf.memory().numTensors;
    expect(() => forward(network, before, lr, ['tail'])).toThrow(/no tap 'tail'.*head, body\.0, body/);
    expect(tf.memory().numTensors).toBeLessThanOrEqual(live + 1); // the output that nobody got
    expect(() => featuresAt({ output: lr, features: {} }, ['body'])).toThrow(
      "the pass kept no feature 'body'; give it as well: taps: ['body']",
    );
  });

  it('names a feature that it was not asked for, wherever it is read', () => {
    const pass = forward(network, teacher(), toyBatch(seedRng(1)).lr, ['head']);
    const message = "the pass kept no feature 'body', only 'head'; give it as well: taps: ['body']";
    expect(() => pass.features.body).toThrow(new UserError(message));
    expect(() => featuresAt(pass, ['head', 'body'])).toThrow(new UserError(message));
    expect(Object.keys(pass.features)).toEqual(['head']);
  });
});

describe('objectiveMethod', () => {
  beforeAll(() => useEngine('wasm'));

  it('minimises the weighted sum and logs each term before its weight', () => {
    const method = matched(teacher());
    const { losses } = method.step(method.init(seedRng(1)), withRate(toyBatch(seedRng(2))));
    expect(number(losses.total)).toBeCloseTo(number(losses.reconstruction) + 0.5 * number(losses.feature), 6);
    expect(Object.keys(losses)).toEqual(['total', 'reconstruction', 'feature']);
  });

  it('trains the heads beside the network, and deploys the network alone', () => {
    const method = matched(teacher());
    const state = method.init(seedRng(1));
    const next = method.step(state, withRate(toyBatch(seedRng(2)))).state;
    expect(Object.keys(next).sort()).toEqual(Object.keys(state).sort());
    for (const name of ['network/head.0.weight', 'heads/adapter']) expect(numbers(next)[name]).not.toEqual(numbers(state)[name]);
    expect(method.deploy(next).student?.params).toBe(slot(next, 'network'));
  });

  it('lets no gradient reach the targets', () => {
    const own = teacher();
    const batch = withRate(toyBatch(seedRng(2)));
    const method = matched(own);
    const before = numbers({ own });
    method.step(method.init(seedRng(1)), batch);
    expect(numbers({ own })).toEqual(before);
  });

  it('logs the gradient norm of each weighted term', () => {
    const own = teacher();
    const method = matched(own, { gradientNorms: true });
    const state = method.init(seedRng(1));
    const batch = withRate(toyBatch(seedRng(2)));
    const { losses } = method.step(state, batch);
    const { grads } = valueAndGrads((p) => ({ loss: l1Loss(network.apply(p, batch.lr), batch.hr), aux: {} }), slot(state, 'network'));
    const squares = Object.values(grads).flatMap((grad) => [...grad.dataSync()].map((value) => value * value));
    expect(number(losses['gradient reconstruction'])).toBeCloseTo(Math.sqrt(squares.reduce((a, b) => a + b)), 5);
    expect(number(losses['gradient feature'])).toBeGreaterThan(0);
    expect(numbers(method.step(state, batch).state)).toEqual(numbers(matched(own).step(state, batch).state));
  });

  it('is plain training with the ground truth alone', () => {
    const alone = matched(teacher(), {
      heads: () => ({}),
      terms: ({ output }, _, { hr }) => ({ reconstruction: { weight: 1, value: l1Loss(output, hr) } }),
    });
    const reference = plain({ model: network, role: 'student' });
    const batch = withRate(toyBatch(seedRng(2)));
    const step = (method: typeof alone) => numbers(method.step(method.init(seedRng(1)), batch).state);
    expect(step(alone)).toMatchObject(step(reference));
  });

  it('takes a term of one number of any rank, with the same step, and none of another shape', () => {
    const own = teacher();
    const batch = withRate(toyBatch(seedRng(2)));
    const step = (value: (output: Tensor4D, hr: Tensor4D) => Tensor) => {
      const method = matched(own, {
        heads: () => ({}),
        terms: ({ output }, _, { hr }) => ({ mine: { weight: 0.5, value: value(output, hr) } }),
      });
      return numbers(method.step(method.init(seedRng(1)), batch).state);
    };
    const scalar = step((output, hr) => tf.mean(tf.squaredDifference(output, hr)));
    expect(step((output, hr) => tf.mean(tf.squaredDifference(output, hr), undefined, true))).toEqual(scalar);
    expect(() => step((output, hr) => tf.squaredDifference(output, hr))).toThrow(
      new UserError("term 'mine' has shape [4, 12, 12, 3]; expected one number: wrap it in tf.mean(…)"),
    );
    expect(() => step((output) => tf.mean(output, 1))).toThrow("term 'mine' has shape [4, 12, 3]; expected one number");
  });

  it('needs no name and no targets', () => {
    const method = objectiveMethod({
      network,
      terms(pass, targets, { hr }) {
        expect(targets).toEqual({});
        return { reconstruction: { weight: 1, value: l1Loss(pass.output, hr) } };
      },
    });
    expect(method.name).toBe(network.name);
    const { losses } = method.step(method.init(seedRng(1)), withRate(toyBatch(seedRng(2))));
    expect(Object.keys(losses)).toEqual(['total']);
  });

  it('says how large a gradient each term sends into the network, zero where a term depends on no parameter', () => {
    const own = teacher();
    const batch = withRate(toyBatch(seedRng(2)));
    const logged = matched(own, { gradientNorms: true });
    const state = logged.init(seedRng(1));
    const { losses } = logged.step(state, batch);
    const norms = matched(own).termGradients?.(state, batch) ?? {};
    expect(number(norms.reconstruction)).toBeCloseTo(number(losses['gradient reconstruction']), 5);
    // Before the weight, which is a half.
    expect(number(norms.feature)).toBeCloseTo(2 * number(losses['gradient feature']), 5);

    const silent = matched(own, {
      terms: ({ output }, _, { hr }) => ({
        reconstruction: { weight: 1, value: l1Loss(output, hr) },
        number: { weight: 1, value: tf.scalar(tf.mean(output).dataSync()[0] as number) },
        root: { weight: 1, value: tf.mean(tf.sqrt(tf.sub(output, output))) },
        off: { weight: 0, value: l1Loss(output, hr) },
      }),
    });
    const of = silent.termGradients?.(state, batch) ?? {};
    expect(Object.keys(of)).toEqual(['reconstruction', 'number', 'root']);
    expect(number(of.reconstruction)).toBeGreaterThan(0);
    expect(number(of.number)).toBe(0);
    expect(number(of.root)).toBeNaN();
  });

  it('leaks no tensor', () => {
    const method = matched(teacher());
    const state = method.init(seedRng(1));
    const batch = withRate(toyBatch(seedRng(2)));
    const looked = leakChecked(
      () => method.termGradients?.(state, batch) ?? {},
      () => 2,
    );
    expect(() => looked()).not.toThrow();
    expect(() => stepWithoutLeak(matched(teacher(), { gradientNorms: true }))).not.toThrow();
  });
});
