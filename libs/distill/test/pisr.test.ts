import * as tf from '@tensorflow/tfjs-core';
import type { Scalar } from '@tensorflow/tfjs-core';
import { forward, l1Loss, pisrTeacher, slot, type Method, type State } from '@distillery/distill';
import { paramCount, seedRng, useEngine, valueAndGrads, type Params } from '@distillery/tensor';
import { beforeAll, describe, expect, it } from 'vitest';
import { TOY_DISTILLATION, toyAutoencoder, toyFsrcnn, toyPisr } from './methods/pisr';
import { numbers, steps, toyBatch, withRate } from './toy';

/** A batch of luma patches. */
function lumaBatch(seed: number, rate = 1e-3) {
  const { lr, hr } = toyBatch(seedRng(seed));
  return withRate({ lr: tf.mean(lr, 3, true), hr: tf.mean(hr, 3, true) }, rate);
}

const number = (scalar: Scalar | undefined) => scalar?.dataSync()[0] as number;
const first = (method: Method, seed = 1) => method.step(method.init(seedRng(seed)), lumaBatch(2));
/** Every parameter of the network, one after the other. */
const network = (state: State) => Object.entries(numbers({ network: slot(state, 'network') })).flatMap(([, values]) => values);
/** The first moments, 0.1 g after one step: Adam's first update is of the size of the learning rate whatever the gradient's. */
const moments = (state: State) => Object.values(numbers({ m: slot(state, 'adam.m') })).flat();
const norm = (values: readonly number[]) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

function l1Norm(model: ReturnType<typeof toyFsrcnn>, params: Params): number {
  const { lr, hr } = lumaBatch(2);
  const { grads } = valueAndGrads((p) => ({ loss: l1Loss(model.apply(p, lr), hr), aux: {} }), params);
  return norm(Object.values(grads).flatMap((grad) => [...grad.dataSync()]));
}

describe('pisrTeacher', () => {
  beforeAll(() => useEngine('wasm'));

  it.each(['hr', 'lr'] as const)('reconstructs HR from %s and draws its code to LR', (sees) => {
    const teacher = toyAutoencoder(sees);
    const method = pisrTeacher({ teacher, imitationWeight: 0.5 });
    const state = method.init(seedRng(1));
    const { lr, hr, learningRate } = lumaBatch(2);
    const { losses } = method.step(state, { lr, hr, learningRate });
    const { output, features } = forward(teacher, slot(state, 'network'), sees === 'hr' ? hr : lr, ['code']);
    expect(output.shape).toEqual(hr.shape);
    expect(number(losses.reconstruction)).toBeCloseTo(number(l1Loss(output, hr)), 6);
    expect(number(losses.imitation)).toBeCloseTo(number(l1Loss(features.code as tf.Tensor, lr)), 6);
    expect(number(losses.total)).toBeCloseTo(number(losses.reconstruction) + 0.5 * number(losses.imitation), 6);
  });

  it('without imitation logs how far the code is, and is not drawn to LR', () => {
    const free = pisrTeacher({ teacher: toyAutoencoder(), imitationWeight: 0 });
    const drawn = pisrTeacher({ teacher: toyAutoencoder(), imitationWeight: 10 });
    const batches = Array.from({ length: 40 }, () => lumaBatch(2, 5e-3));
    const imitation = (method: Method) =>
      number(method.step(steps(method, method.init(seedRng(1)), batches).state, batches[0] as (typeof batches)[0]).losses.imitation);
    expect(imitation(drawn)).toBeLessThan(imitation(free) / 2);
  });

  it('deploys the privileged teacher as one that sees HR, and its decoder as a network for LR', () => {
    const teacher = toyAutoencoder();
    const method = pisrTeacher({ teacher, imitationWeight: 1 });
    const state = method.init(seedRng(1));
    const deployed = method.deploy(state);
    expect(deployed.teacher).toMatchObject({ sees: 'hr', model: { scale: 1 } });
    const { lr, hr } = lumaBatch(2);
    expect(deployed.decoder?.model.apply(deployed.decoder.params, lr).shape).toEqual(hr.shape);
    expect(deployed.decoder?.params['first_part.0.weight']).toBe(slot(state, 'network')['decoder.first_part.0.weight']);
    const unprivileged = pisrTeacher({ teacher: toyAutoencoder('lr'), imitationWeight: 1 }).deploy(state);
    expect(unprivileged.teacher).toMatchObject({ model: { scale: 2 } });
    expect(unprivileged.teacher?.sees).toBeUndefined();
  });
});

describe('pisr', () => {
  beforeAll(() => useEngine('wasm'));

  it('adds the weighted distance to L1 and logs the norms of both gradients', () => {
    const method = toyPisr();
    const { losses } = first(method);
    expect(Object.keys(losses)).toEqual(['total', 'reconstruction', 'distillation', 'gradient reconstruction', 'gradient distillation']);
    expect(number(losses.total)).toBeCloseTo(number(losses.reconstruction) + 1e-3 * number(losses.distillation), 6);
    expect(number(losses['gradient reconstruction'])).toBeCloseTo(l1Norm(toyFsrcnn(), slot(method.init(seedRng(1)), 'network')), 5);
    expect(number(losses['gradient distillation'])).toBeGreaterThan(0);
  });

  it('compares with the features that the teacher has of HR', () => {
    const teacher = toyAutoencoder();
    const teacherParams = teacher.init(seedRng(8));
    const { losses } = first(toyPisr({ teacher, teacherParams, distillation: { ...TOY_DISTILLATION, distance: 'l1' } }));
    const { lr, hr } = lumaBatch(2);
    const taught = forward(teacher, teacherParams, hr, ['mid_part']).features.mid_part as tf.Tensor;
    const own = forward(teacher.decoder, teacher.decoderParams(teacherParams), lr, ['mid_part']).features.mid_part as tf.Tensor;
    expect(number(losses.distillation)).toBeCloseTo(number(l1Loss(own, taught)), 6);
  });

  it('distils the output alone: L1 to what the teacher makes of HR', () => {
    const teacher = toyAutoencoder();
    const teacherParams = teacher.init(seedRng(8));
    const { losses } = first(toyPisr({ teacher, teacherParams, distillation: { output: 0.5 } }));
    const { lr, hr } = lumaBatch(2);
    const taught = teacher.apply(teacherParams, hr);
    const own = teacher.decoder.apply(teacher.decoderParams(teacherParams), lr);
    expect(number(losses.imitation)).toBeCloseTo(number(l1Loss(own, taught)), 6);
    expect(number(losses.total)).toBeCloseTo(number(l1Loss(own, hr)) + 0.5 * number(losses.imitation), 6);
  });

  it('starts as the decoder, all of it, or fresh', () => {
    const teacher = toyAutoencoder();
    const teacherParams = teacher.init(seedRng(8));
    const started = slot(toyPisr({ teacher, teacherParams }).init(seedRng(1)), 'network');
    expect(numbers({ network: started })).toEqual(numbers({ network: teacher.decoderParams(teacherParams) }));
    expect(started['last_part.weight']).not.toBe(teacherParams['decoder.last_part.weight']);
    const fresh = slot(toyPisr({ teacher, teacherParams, start: 'random' }).init(seedRng(1)), 'network');
    expect(numbers({ network: fresh })).toEqual(numbers({ network: toyFsrcnn().init(seedRng(1)) }));
  });

  it('is plain L1 from the same start without distillation, or at weight zero', () => {
    const alone = first(toyPisr({ distillation: null }));
    expect(Object.keys(alone.losses)).toEqual(['total']);
    expect(network(alone.state)).toEqual(network(first(toyPisr({ distillation: { ...TOY_DISTILLATION, strength: { weight: 0 } } })).state));
  });

  it.each(['vid-laplace', 'vid-gaussian', 'vid-constant', 'l1', 'l2'] as const)('moves the student otherwise with %s', (distance) => {
    const strong = toyPisr({ distillation: { ...TOY_DISTILLATION, distance, strength: { weight: 1 } } });
    // Seed 3: the original regressor's ReLUs can all be dead between so few channels.
    expect(moments(first(strong, 3).state)).not.toEqual(moments(first(toyPisr({ distillation: null }), 3).state));
  });

  it('trains the heads beside the student and deploys the student alone', () => {
    const method = toyPisr();
    const state = method.init(seedRng(1));
    const next = first(method).state;
    expect(numbers({ heads: slot(next, 'heads') })).not.toEqual(numbers({ heads: slot(state, 'heads') }));
    const { student } = method.deploy(next);
    expect(student?.params).toBe(slot(next, 'network'));
    expect(paramCount(student?.params as Params)).toBe(paramCount(toyFsrcnn().init(seedRng(1))));
  });

  it('never changes the teacher', () => {
    const teacher = toyAutoencoder();
    const teacherParams = teacher.init(seedRng(8));
    const before = numbers({ teacherParams });
    const method = toyPisr({ teacher, teacherParams });
    steps(method, method.init(seedRng(1)), [lumaBatch(2), lumaBatch(3)]);
    expect(numbers({ teacherParams })).toEqual(before);
  });

  it('learns: the student comes nearer to the ground truth, and its likelihood of the teacher rises', () => {
    const method = toyPisr({ start: 'random', distillation: { ...TOY_DISTILLATION, strength: { weight: 0.01 } } });
    const batch = lumaBatch(2, 5e-3);
    const initial = method.init(seedRng(1));
    const before = method.step(initial, batch).losses;
    const { state } = steps(
      method,
      initial,
      Array.from({ length: 60 }, () => batch),
    );
    const after = method.step(state, batch).losses;
    expect(number(after.reconstruction)).toBeLessThan(number(before.reconstruction) * 0.7);
    expect(number(after.distillation)).toBeLessThan(number(before.distillation));
  });

  it('is made without a teacher to deploy, and says so when it is stepped', () => {
    const method = toyPisr({ teacherParams: undefined });
    expect(method.deploy(method.init(seedRng(1))).student?.model.name).toBe('FSRCNN');
    expect(() => first(method)).toThrow(/teacher.*no parameters/);
  });
});

describe('an objective at a gradient ratio', () => {
  beforeAll(() => useEngine('wasm'));

  const momentsAt = (strength: { weight: number } | { gradientRatio: number }) =>
    moments(first(toyPisr({ distillation: { ...TOY_DISTILLATION, distance: 'l2', strength } })).state);

  it.each([0, 0.1, 2])('scales the second gradient to %d times the norm of the first', (gradientRatio) => {
    const alone = momentsAt({ weight: 0 });
    const added = momentsAt({ gradientRatio }).map((value, i) => value - (alone[i] as number));
    expect(norm(added) / norm(alone)).toBeCloseTo(gradientRatio, 4);
  });

  it('whatever the weight would have been', () => {
    const alone = momentsAt({ weight: 0 });
    const direction = (values: readonly number[]) => {
      const added = values.map((value, i) => value - (alone[i] as number));
      return added.map((value) => value / norm(added));
    };
    const weighted = direction(momentsAt({ weight: 1 }));
    direction(momentsAt({ gradientRatio: 1 })).forEach((value, i) => expect(value).toBeCloseTo(weighted[i] as number, 4));
  });
});
