import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor4D } from '@tensorflow/tfjs-core';
import { channelStatisticLoss, forward, l1Loss, plain, slot, SRKD_TAPS, type Method, type SrkdOptions } from '@distillery/distill';
import { seedRng, useEngine } from '@distillery/tensor';
import { beforeAll, describe, expect, it } from 'vitest';
import { ALL_STATISTICS, SRKD_STUDENT, SRKD_TEACHER, toySrkd } from './methods/srkd';
import { numbers, steps, toyBatch, withRate, stepWithoutLeak } from './toy';

/** A batch of luma patches. */
function lumaBatch(rate = 1e-3) {
  const { lr, hr } = toyBatch(seedRng(2));
  return withRate({ lr: tf.mean(lr, 3, true), hr: tf.mean(hr, 3, true) }, rate);
}

const number = (scalar: Scalar | undefined) => scalar?.dataSync()[0] as number;
const first = (method: Method) => method.step(method.init(seedRng(1)), lumaBatch());
const stepped = (over: Partial<SrkdOptions> = {}) => numbers(first(toySrkd(over)).state);
const at = (weights: readonly [number, number, number]) => SRKD_TAPS.map((taps, i) => ({ ...taps, weight: weights[i] as number }));

describe('srkd', () => {
  beforeAll(() => useEngine('wasm'));

  it('adds the weighted L1 to the ground truth and the statistics of blocks 1, 2, 3 against 4, 7, 10', () => {
    const method = toySrkd({ positions: at([1, 0.5, 0.25]) });
    const state = method.init(seedRng(1));
    const { losses } = method.step(state, lumaBatch());
    const { lr, hr } = lumaBatch();
    const student = forward(SRKD_STUDENT, slot(state, 'network'), lr, ['body.0', 'body.1', 'body.2']);
    const teacher = forward(SRKD_TEACHER, SRKD_TEACHER.init(seedRng(8)), lr, ['body.3', 'body.6', 'body.9']);
    const expected = [0, 1, 2].map((i) =>
      number(
        channelStatisticLoss(
          student.features[`body.${i}`] as Tensor4D,
          teacher.features[`body.${3 * i + 3}`] as Tensor4D,
          { of: 'power-of-mean', power: 2 },
          'l2',
        ),
      ),
    ) as [number, number, number];
    expect(Object.keys(losses)).toEqual(['total', 'reconstruction', 'features body.0', 'features body.1', 'features body.2']);
    expected.forEach((value, i) => expect(number(losses[`features body.${i}`])).toBeCloseTo(value, 6));
    expect(number(losses.reconstruction)).toBeCloseTo(number(l1Loss(student.output, hr)), 6);
    const total = 2 * number(losses.reconstruction) + expected[0] + 0.5 * expected[1] + 0.25 * expected[2];
    expect(number(losses.total)).toBeCloseTo(total, 5);
  });

  it('compares with the ground truth by squares if it is told to, and without positions needs no teacher', () => {
    const teacher = { model: SRKD_TEACHER, params: undefined };
    const method = toySrkd({ positions: at([0, 0, 0]), reconstructionNorm: 'l2', reconstructionWeight: 1, teacher });
    const state = method.init(seedRng(1));
    const { lr, hr } = lumaBatch();
    const output = forward(SRKD_STUDENT, slot(state, 'network'), lr).output.dataSync<'float32'>();
    const truth = hr.dataSync();
    const expected = output.reduce((sum, value, i) => sum + (value - (truth[i] as number)) ** 2, 0) / truth.length;
    expect(number(method.step(state, lumaBatch()).losses.total)).toBeCloseTo(expected, 6);
  });

  it('leaves out positions of weight 0', () => {
    const method = toySrkd({ positions: at([0, 1, 0]) });
    expect(Object.keys(first(method).losses)).toEqual(['total', 'reconstruction', 'features body.1']);
  });

  it('is plain training without positions, whatever the weight of the ground truth', () => {
    const reference = numbers(first(plain({ model: SRKD_STUDENT, role: 'student' })).state);
    const ours = stepped({ positions: at([0, 0, 0]), reconstructionWeight: 1 });
    expect(ours).toEqual(reference);
  });

  it('takes the mean over several statistics', () => {
    const value = (statistics: SrkdOptions['statistics']) => number(first(toySrkd({ statistics })).losses['features body.1']);
    const each = ALL_STATISTICS.map((statistic) => value([statistic]));
    expect(value(ALL_STATISTICS)).toBeCloseTo(each.reduce((a, b) => a + b) / each.length, 6);
  });

  it.each([
    ['a statistic', { statistics: [{ of: 'max' }] }],
    ['a norm', { norm: 'l1' }],
    ['a norm of the ground truth', { reconstructionNorm: 'l2' }],
    ['positions', { positions: at([1, 0, 0]) }],
    ['the weight of the ground truth', { reconstructionWeight: 5 }],
    ['a gradient ratio', { gradientRatio: 0.5 }],
  ] as [string, Partial<SrkdOptions>][])('steps differently with %s', (_, variant) => {
    expect(stepped(variant)['adam.m/body.0.2.weight']).not.toEqual(stepped()['adam.m/body.0.2.weight']);
  });

  it('steps differently with another teacher', () => {
    const params = SRKD_TEACHER.init(seedRng(9));
    expect(stepped({ teacher: { model: SRKD_TEACHER, params } })['adam.m/body.0.2.weight']).not.toEqual(
      stepped()['adam.m/body.0.2.weight'],
    );
  });

  it('reaches no layer behind the last position that counts but by the ground truth', () => {
    const variant = { positions: at([1, 0, 0]), reconstructionWeight: 0 };
    const moments = stepped(variant);
    const moved = Object.keys(moments).filter((name) => name.startsWith('adam.m/') && (moments[name] as number[]).some((m) => m !== 0));
    expect(moved.every((name) => /head|body\.0\./.test(name))).toBe(true);
    expect(moved.length).toBeGreaterThan(0);
  });

  it('logs the gradient of each weighted term without another step', () => {
    const { state, losses } = first(toySrkd({ gradientNorms: true }));
    expect(numbers(state)).toEqual(stepped());
    for (const name of ['reconstruction', 'features body.0', 'features body.1', 'features body.2'])
      expect(number(losses[`gradient ${name}`])).toBeGreaterThan(0);
  });

  it('learns: the output comes nearer to the ground truth, the statistics nearer to the teacher than without it', () => {
    const method = toySrkd();
    const train = (m: Method) => {
      const batches = Array.from({ length: 60 }, () => lumaBatch(5e-3));
      return method.step(steps(m, m.init(seedRng(1)), batches).state, lumaBatch()).losses;
    };
    const [distilled, alone] = [train(method), train(plain({ model: SRKD_STUDENT, role: 'student' }))];
    expect(number(distilled.reconstruction)).toBeLessThan(0.6 * number(first(method).losses.reconstruction));
    for (const name of ['features body.0', 'features body.1', 'features body.2'])
      expect(number(distilled[name])).toBeLessThan(0.5 * number(alone[name]));
  });

  it('deploys the student, also without a teacher, which only a step needs', () => {
    const alone = toySrkd({ teacher: { model: SRKD_TEACHER, params: undefined } });
    const state = alone.init(seedRng(1));
    expect(alone.deploy(state)).toEqual({ student: { model: SRKD_STUDENT, params: slot(state, 'network') } });
    expect(() => alone.step(state, lumaBatch())).toThrow(/TNSR has no parameters/);
  });

  it('refuses no statistics, and names a tap that is not there', () => {
    expect(() => toySrkd({ statistics: [] })).toThrow(RangeError);
    const positions = [{ studentTap: 'body.0', teacherTap: 'body.10', weight: 1 }];
    expect(() => first(toySrkd({ positions }))).toThrow(/TNSR has no tap 'body.10'/);
  });

  it('leaks no tensor', () => {
    expect(() => stepWithoutLeak(toySrkd({ gradientNorms: true, statistics: ALL_STATISTICS }), lumaBatch())).not.toThrow();
  });
});
