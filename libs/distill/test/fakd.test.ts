import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor4D } from '@tensorflow/tfjs-core';
import {
  adapted,
  fakd,
  featuresAt,
  forward,
  l1Loss,
  outputDistillation,
  plain,
  RELATIONS,
  slot,
  spatialAffinityLoss,
  train,
  truncatedParams,
  vidRelation,
  type FakdOptions,
  type State,
} from '@distillery/distill';
import { edsr, rcan, san, selfEnsemble, type Model } from '@distillery/models';
import { seedRng, useEngine, valueAndGrads, type Params } from '@distillery/tensor';
import { beforeAll, describe, expect, it } from 'vitest';
import { FAKD_POSITIONS, FAKD_TOY, toyFakd } from './methods/fakd';
import { numbers, steps, TOY_TEACHER, toyBatch, withRate } from './toy';

const affinity = RELATIONS['spatial-affinity'];
const number = (scalar: Scalar | undefined) => scalar?.dataSync()[0] as number;
const { teacher, student } = FAKD_TOY;
const teacherParams = () => teacher.init(seedRng(8));

describe('fakd', () => {
  beforeAll(() => useEngine('wasm'));

  it('weighs ground truth, output and affinity as the paper does', () => {
    const method = toyFakd(affinity, { alpha: 0.25 });
    const state = method.init(seedRng(1));
    const batch = withRate(toyBatch(seedRng(2)));
    const { losses } = method.step(state, batch);
    const mine = forward(student, slot(state, 'network'), batch.lr, FAKD_POSITIONS.student);
    const theirs = forward(teacher, teacherParams(), batch.lr, FAKD_POSITIONS.teacher);
    expect(number(losses.reconstruction)).toBeCloseTo(number(l1Loss(mine.output, batch.hr)), 6);
    expect(number(losses.imitation)).toBeCloseTo(number(l1Loss(mine.output, theirs.output)), 6);
    const wanted = featuresAt(theirs, FAKD_POSITIONS.teacher);
    const terms = featuresAt(mine, FAKD_POSITIONS.student).map((feature, i) => number(spatialAffinityLoss(feature, wanted[i] as Tensor4D)));
    expect(number(losses.relation)).toBeCloseTo(
      terms.reduce((a, b) => a + b),
      6,
    );
    expect(number(losses.total)).toBeCloseTo(
      0.75 * number(losses.reconstruction) + 0.25 * number(losses.imitation) + 0.1 * number(losses.relation),
      6,
    );
  });

  it.each([
    ['EDSR', student, teacher, FAKD_POSITIONS],
    ...([['RCAN', rcan, 'body'] as const, ['SAN', san, 'non_local'] as const] as const).map(([name, build, last]) => {
      const shape = { features: 8, groups: 2, reduction: 4, scale: 2, rgbRange: 1 } as const;
      const group = name === 'RCAN' ? 'body.0' : 'RG.0';
      const positions = { student: [group, last], teacher: [group, last] };
      return [name, build({ ...shape, blocks: 1 }), build({ ...shape, blocks: 2 }), positions] as const;
    }),
  ] as [string, Model, Model, typeof FAKD_POSITIONS][])(
    'lets the affinity train %s: its gradient reaches every weight before the last position, and none is lost',
    (_, small, large, positions) => {
      const guide = forward(large, large.init(seedRng(8)), toyBatch(seedRng(2)).lr, positions.teacher);
      const { grads } = valueAndGrads(
        (p: Params) => {
          const features = featuresAt(forward(small, p, toyBatch(seedRng(2)).lr, positions.student), positions.student);
          return { loss: affinity.loss(features, featuresAt(guide, positions.teacher), {}), aux: {} };
        },
        small.init(seedRng(1)),
      );
      const largest = (name: string) => tf.max(tf.abs(grads[name] as tf.Tensor)).dataSync()[0] as number;
      const reached = Object.keys(grads).filter((name) => largest(name) > 1e-7);
      const convolutions = Object.keys(grads).filter((name) => /^(head|body|RG)\..*weight$/.test(name) && !/conv_du/.test(name));
      expect(convolutions.length).toBeGreaterThan(3);
      expect(reached).toEqual(expect.arrayContaining(convolutions));
      expect(reached.filter((name) => name.startsWith('tail'))).toEqual([]);
    },
  );

  it('differs from output distillation by the affinity, and is it without', () => {
    const batch = withRate(toyBatch(seedRng(2)));
    const state = toyFakd(affinity).init(seedRng(1));
    const reference = outputDistillation({ student, teacher: { model: teacher, params: teacherParams() }, alpha: 0.5 });
    const stepped = numbers(reference.step(state, batch).state);
    expect(numbers(toyFakd(null).step(state, batch).state)).toEqual(stepped);
    expect(numbers(toyFakd(affinity).step(state, batch).state)).not.toEqual(stepped);
  });

  it('is plain training without teacher and affinity, and logs only what it uses', () => {
    const batch = withRate(toyBatch(seedRng(2)));
    const alone = toyFakd(null, { alpha: 0 });
    const state = alone.init(seedRng(1));
    expect(numbers(alone.step(state, batch).state)).toEqual(numbers(plain({ model: student, role: 'student' }).step(state, batch).state));
    const logged = (over: Partial<FakdOptions>) => Object.keys(toyFakd(affinity, over).step(state, batch).losses);
    expect(logged({ alpha: 0 })).toEqual(['total', 'reconstruction', 'relation']);
    expect(logged({ alpha: 1 })).toEqual(['total', 'imitation', 'relation']);
    expect(logged({ gradientNorms: true })).toContain('gradient relation');
  });

  it('imitates the x8 self-ensemble where asked, with the features of the single pass', () => {
    const batch = withRate(toyBatch(seedRng(2)));
    const state = toyFakd(affinity).init(seedRng(1));
    const { losses } = toyFakd(affinity, { ensembleTeacher: true }).step(state, batch);
    const taught = selfEnsemble(teacher).apply(teacherParams(), batch.lr);
    expect(number(losses.imitation)).toBeCloseTo(number(l1Loss(student.apply(slot(state, 'network'), batch.lr), taught)), 6);
    const single = toyFakd(affinity).step(state, batch).losses;
    expect(number(losses.relation)).toBe(number(single.relation));
    expect(number(losses.imitation)).not.toBeCloseTo(number(single.imitation), 6);
  });

  it.each([
    ['adapters', adapted(RELATIONS['feature-l1'], 2, { student: 8, teacher: 8 }), 'heads/adapter.1.weight'],
    ['VID', vidRelation(2, { student: 8, teacher: 8 }), 'heads/vid.1.mean.4.weight'],
  ] as const)('trains the heads of %s beside the student and ships the student alone', (_, relation, head) => {
    const method = toyFakd(relation);
    const state = method.init(seedRng(1));
    const { state: next } = method.step(state, withRate(toyBatch(seedRng(2))));
    expect(numbers(next)[head]).not.toEqual(numbers(state)[head]);
    expect(Object.keys(method.deploy(next))).toEqual(['student']);
    expect(method.deploy(next).student?.params).toBe(slot(next, 'network'));
  });

  it('leaves the teacher as it is', () => {
    const params = teacherParams();
    const before = numbers({ teacher: params });
    const method = toyFakd(affinity, { teacher: { model: teacher, params } });
    method.step(method.init(seedRng(1)), withRate(toyBatch(seedRng(2))));
    expect(numbers({ teacher: params })).toEqual(before);
  });

  it('learns: every term falls', () => {
    const batch = withRate(toyBatch(seedRng(2)), 3e-3);
    const method = toyFakd(affinity);
    const state = method.init(seedRng(1));
    const trained = steps(method, state, Array<typeof batch>(40).fill(batch)).state;
    const [first, last] = [state, trained].map((s: State) => method.step(s, batch).losses);
    for (const term of ['reconstruction', 'imitation', 'relation']) expect(number(last?.[term])).toBeLessThan(0.8 * number(first?.[term]));
  });

  it('resumes exactly: four steps are two and two', async () => {
    const run = (state: State, from: number, to: number) =>
      train({
        method: toyFakd(vidRelation(2, { student: 8, teacher: 8 })),
        state,
        nextBatch: () => toyBatch(seedRng(4)),
        schedule: { steps: to, learningRate: 1e-3, decay: 0.5, decayEvery: 3 },
        startStep: from,
        checkpointEvery: 0,
      });
    const start = () => toyFakd(vidRelation(2, { student: 8, teacher: 8 })).init(seedRng(1));
    expect(numbers(await run(await run(start(), 0, 2), 2, 4))).toEqual(numbers(await run(start(), 0, 4)));
  });

  it('refuses shares outside 0..1, unequal positions, and to train without a teacher', () => {
    expect(() => toyFakd(null, { alpha: 1.5 })).toThrow(/alpha 1.5/);
    const positions = { student: ['body'], teacher: ['body.0', 'body'] };
    expect(() => toyFakd(null, { features: { weight: 1, relation: affinity, positions } })).toThrow(/1 positions.*2 in the teacher/);
    const untaught = toyFakd(affinity, { teacher: { model: teacher, params: undefined } });
    const state = untaught.init(seedRng(1));
    expect(untaught.deploy(state).student?.model).toBe(student);
    expect(() => untaught.step(state, withRate(toyBatch(seedRng(2))))).toThrow(/no parameters/);
  });
});

describe('truncatedParams', () => {
  beforeAll(() => useEngine('wasm'));
  const shape = { features: 8, groups: 3, reduction: 4, scale: 2, rgbRange: 1 } as const;

  it.each<[string, Model, Model, ...(readonly [string, string])[]]>([
    [
      'EDSR',
      edsr(TOY_TEACHER),
      edsr({ ...TOY_TEACHER, blocks: 4 }),
      ['body.1.weight', 'body.4.weight'],
      ['body.0.body.2.bias', 'body.0.body.2.bias'],
    ],
    [
      'RCAN',
      rcan({ ...shape, blocks: 1 }),
      rcan({ ...shape, blocks: 4 }),
      ['body.2.body.1.bias', 'body.2.body.4.bias'],
      ['body.3.weight', 'body.3.weight'],
    ],
    [
      'SAN',
      san({ ...shape, blocks: 2 }),
      san({ ...shape, groups: 6, blocks: 2 }),
      ['RG.2.conv_last.weight', 'RG.2.conv_last.weight'],
      ['gamma', 'gamma'],
    ],
  ])('takes %s’s leading layers and the layer that closes each chain', (_, small, large, ...pairs) => {
    const deep = large.init(seedRng(3));
    const truncated = truncatedParams(small, deep);
    expect(Object.keys(truncated)).toEqual(Object.keys(small.shapes));
    for (const [name, counterpart] of pairs) expect(truncated[name]).toBe(deep[counterpart]);
    expect(tf.tidy(() => small.apply(truncated, toyBatch(seedRng(2)).lr)).shape).toEqual([4, 12, 12, 3]);
    expect(
      fakd({ student: small, teacher: { model: large, params: deep }, alpha: 0.5, features: null, start: truncated }).init(seedRng(1)),
    ).toBeDefined();
  });

  it('names what a network of another width lacks', () => {
    const wide = edsr({ ...TOY_TEACHER, features: 10 }).init(seedRng(3));
    expect(() => truncatedParams(edsr(TOY_TEACHER), wide)).toThrow(/EDSR.*head\.0\.weight \[3,3,3,8\]/);
  });
});
