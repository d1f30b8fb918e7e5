import * as tf from '@tensorflow/tfjs-core';
import { l1Loss, outputDistillation, plain, slot, type OutputDistillationOptions } from '@distillery/distill';
import { edsr } from '@distillery/models';
import { seedRng, useEngine, type Params } from '@distillery/tensor';
import { beforeAll, describe, expect, it } from 'vitest';
import { numbers, steps, TOY_TEACHER, toyBatch, withRate, stepWithoutLeak } from './toy';

const model = edsr(TOY_TEACHER);
const student = edsr({ ...TOY_TEACHER, features: 4 });
const method = (params: Params, over: Partial<OutputDistillationOptions> = {}) =>
  outputDistillation({ student, teacher: { model, params }, alpha: 0.25, ...over });

describe('outputDistillation', () => {
  beforeAll(() => useEngine('wasm'));

  it('weighs the distances to ground truth and teacher by 1 - alpha and alpha', () => {
    const teacher = model.init(seedRng(8));
    const batch = withRate(toyBatch(seedRng(2)));
    const state = method(teacher).init(seedRng(1));
    const { losses } = method(teacher).step(state, batch);
    const output = student.apply(slot(state, 'network'), batch.lr);
    const [toHr, toTeacher] = [l1Loss(output, batch.hr), l1Loss(output, model.apply(teacher, batch.lr))].map(
      (x) => x.dataSync()[0] as number,
    );
    expect(losses.reconstruction?.dataSync()[0]).toBeCloseTo(toHr as number, 6);
    expect(losses.imitation?.dataSync()[0]).toBeCloseTo(toTeacher as number, 6);
    expect(losses.total?.dataSync()[0]).toBeCloseTo(0.75 * (toHr as number) + 0.25 * (toTeacher as number), 6);
  });

  it('is plain training at alpha 0, and has no gradient from the ground truth at alpha 1', () => {
    const teacher = model.init(seedRng(8));
    const batch = withRate(toyBatch(seedRng(2)));
    const step = (m: ReturnType<typeof method>, hr = batch.hr) => numbers(m.step(m.init(seedRng(1)), { ...batch, hr }).state);
    expect(step(method(teacher, { alpha: 0 }))).toEqual(step(plain({ model: student, role: 'student' })));
    const imitation = method(teacher, { alpha: 1 });
    expect(step(imitation, tf.zerosLike(batch.hr))).toEqual(step(imitation));
  });

  it('follows the teacher: a student of its shape comes to give its output', () => {
    const teacher = model.init(seedRng(8));
    const batch = withRate(toyBatch(seedRng(2)), 5e-3);
    const imitation = method(teacher, { student: model, alpha: 1 });
    const { totals } = steps(
      imitation,
      imitation.init(seedRng(1)),
      Array.from({ length: 60 }, () => batch),
    );
    expect(totals[59]).toBeLessThan((totals[0] as number) * 0.5);
  });

  it('starts where it is told, and stays there once it gives the output of the teacher', () => {
    const teacher = model.init(seedRng(8));
    const resting = method(teacher, { student: model, start: teacher, alpha: 1 });
    const next = resting.step(resting.init(seedRng(1)), withRate(toyBatch(seedRng(2)))).state;
    expect(numbers({ network: slot(next, 'network') })).toEqual(numbers({ network: teacher }));
  });

  it('deploys without a teacher, and says so when stepped', () => {
    const alone = outputDistillation({ student, teacher: { model, params: undefined }, alpha: 0.5 });
    const state = alone.init(seedRng(1));
    expect(alone.deploy(state).student?.model).toBe(student);
    expect(() => alone.step(state, withRate(toyBatch(seedRng(2))))).toThrow(/the teacher EDSR has no parameters/);
  });

  it.each([-0.1, 1.1, NaN])('refuses alpha %d', (alpha) => {
    expect(() => method({}, { alpha })).toThrow(RangeError);
  });

  it('leaks no tensor', () => {
    expect(() => stepWithoutLeak(method(model.init(seedRng(8))))).not.toThrow();
  });
});
