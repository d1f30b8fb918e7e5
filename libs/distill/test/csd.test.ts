import * as tf from '@tensorflow/tfjs-core';
import { csd, CSD_LAYER_WEIGHTS, slot, type Contrast, type CsdOptions } from '@distillery/distill';
import { edsr, edsrWidth, leadingSlice } from '@distillery/models';
import { seedRng, useEngine, type Params } from '@distillery/tensor';
import { beforeAll, describe, expect, it } from 'vitest';
import { numbers, steps, TOY_TEACHER, toyBatch, toyFeatures, withRate, stepWithoutLeak } from './toy';

const contrast = (over: Partial<Contrast> = {}): Contrast => ({
  weight: 0.1,
  positive: 'teacher',
  negatives: 3,
  denominator: 'sum',
  features: toyFeatures(3),
  layerWeights: CSD_LAYER_WEIGHTS,
  ...over,
});
const TEACHER = edsr(TOY_TEACHER);
const STUDENT = edsr(edsrWidth(TOY_TEACHER, 0.25));
const method = (over: Partial<CsdOptions> = {}) =>
  csd({ teacher: TEACHER, student: STUDENT, teacherWeight: 1, contrast: contrast(), ...over });
const value = (params: Params, name: string) => [...(params[name] as tf.Tensor).dataSync()];

describe('csd', () => {
  beforeAll(() => useEngine('wasm'));

  it('adds student L1, teacher L1 and the weighted contrastive term', () => {
    const state = method().init(seedRng(1));
    const { losses } = method({ teacherWeight: 0.5 }).step(state, withRate(toyBatch(seedRng(2))));
    const number = (name: string) => losses[name]?.dataSync()[0] as number;
    expect(number('total')).toBeCloseTo(number('reconstruction') + number('teacher') + 0.1 * number('contrastive'), 6);
    const { lr, hr } = toyBatch(seedRng(2));
    const error = (network: ReturnType<typeof edsr>, params: Params) =>
      tf.mean(tf.abs(tf.sub(network.apply(params, lr), hr))).dataSync()[0] as number;
    const network = slot(state, 'network');
    expect(number('teacher')).toBeCloseTo(0.5 * error(TEACHER, network), 6);
    expect(number('reconstruction')).toBeCloseTo(error(STUDENT, leadingSlice(STUDENT, network)), 6);
  });

  it('moves only the shared slice when the teacher has no weight', () => {
    const state = method().init(seedRng(1));
    const next = method({ teacherWeight: 0 }).step(state, withRate(toyBatch(seedRng(2)))).state;
    const name = 'body.0.body.0.weight'; // [3, 3, 8, 8]; the student is its leading 2 x 2 channels
    const before = value(slot(state, 'network'), name);
    value(slot(next, 'network'), name).forEach((after, i) => {
      const [input, output] = [Math.floor(i / 8) % 8, i % 8];
      if (input >= 2 || output >= 2) expect(after).toBe(before[i]);
    });
    expect(value(slot(next, 'network'), name)).not.toEqual(before);
  });

  it('steps as the plain sum of both L1 terms without the contrastive term (J-T1)', () => {
    const batch = withRate(toyBatch(seedRng(2)));
    const joint = method({ contrast: null });
    const state = joint.init(seedRng(1));
    const zeroWeight = method({ contrast: contrast({ weight: 0 }) });
    expect(numbers(joint.step(state, batch).state)).toEqual(numbers(zeroWeight.step(state, batch).state));
    expect(Object.keys(joint.step(state, batch).losses).sort()).toEqual(['reconstruction', 'teacher', 'total']);
  });

  it.each([
    ['the ground truth as positive', { positive: 'ground-truth' }],
    ['an averaged denominator', { denominator: 'mean' }],
    ['a constant denominator', { denominator: 'constant' }],
    ['no denominator', { denominator: 'none', negatives: 0 }],
    ['fewer negatives', { negatives: 1 }],
  ] as const)('steps differently with %s', (_, variant) => {
    const batch = withRate(toyBatch(seedRng(2)));
    const state = method().init(seedRng(1));
    const student = (over: Partial<Contrast>) =>
      numbers(method({ contrast: contrast(over) }).step(state, batch).state)['network/head.0.weight'];
    expect(student(variant)).not.toEqual(student({}));
  });

  it('starts from a pretrained teacher, copied', () => {
    const start = edsr(TOY_TEACHER).init(seedRng(9));
    const state = method({ start }).init(seedRng(1));
    expect(value(slot(state, 'network'), 'head.0.weight')).toEqual(value(start, 'head.0.weight'));
    expect(slot(state, 'network')['head.0.weight']).not.toBe(start['head.0.weight']);
  });

  it('learns: both widths come nearer to the ground truth', () => {
    const batch = withRate(toyBatch(seedRng(2)), 5e-3);
    const m = method();
    const { totals } = steps(
      m,
      m.init(seedRng(1)),
      Array.from({ length: 40 }, () => batch),
    );
    expect(totals[39]).toBeLessThan((totals[0] as number) * 0.7);
  });

  it('deploys the slice as student and the whole as teacher', () => {
    const state = method().init(seedRng(1));
    const { student, teacher } = method().deploy(state);
    const x = toyBatch(seedRng(4)).lr;
    expect(student?.model.apply(student.params, x).shape).toEqual([4, 12, 12, 3]);
    expect(teacher?.params).toBe(slot(state, 'network'));
    expect(student?.params['body.0.body.0.weight']?.shape).toEqual([3, 3, 2, 2]);
  });

  it('leaks no tensor', () => {
    expect(() => stepWithoutLeak(method())).not.toThrow();
  });

  it('refuses more negatives than the batch has patches', () => {
    const state = method().init(seedRng(1));
    expect(() => method({ contrast: contrast({ negatives: 5 }) }).step(state, withRate(toyBatch(seedRng(2))))).toThrow(
      /5 negatives.*4 patches/,
    );
  });
});
