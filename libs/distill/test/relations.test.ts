import * as tf from '@tensorflow/tfjs-core';
import { profile, type Tensor, type Tensor4D } from '@tensorflow/tfjs-core';
import {
  adapted,
  affinityBytes,
  featureDistance,
  fspLoss,
  RELATIONS,
  spatialAffinityLoss,
  unitVectors,
  vidRelation,
  type RelationName,
} from '@distillery/distill';
import { normalTensor, seedRng, useEngine } from '@distillery/tensor';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkLoss, onEveryEngine, type Values } from './every-engine';

const [IMAGES, HEIGHT, WIDTH, CHANNELS, WIDE] = [2, 2, 3, 3, 4];
const PIXELS = HEIGHT * WIDTH;

/** sin(0.37 i^2 + phase), so that another language can make the same inputs. */
function chirp(channels: number, phase: number): Values {
  const shape = [IMAGES, HEIGHT, WIDTH, channels];
  const size = shape.reduce((product, length) => product * length, 1);
  return { shape, data: Array.from({ length: size }, (_, i) => Math.fround(Math.sin(0.37 * i * i + phase))) };
}

const FEATURES = { s0: chirp(CHANNELS, 0.1), s1: chirp(CHANNELS, 0.4), t0: chirp(CHANNELS, 0.9), t1: chirp(CHANNELS, 1.3) };
const WIDE_TEACHER = { ...FEATURES, t0: chirp(WIDE, 0.9), t1: chirp(WIDE, 1.3) };
type Name = keyof typeof FEATURES;
type Arrays = Readonly<Record<Name, readonly number[]>>;

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
const dot = (a: readonly number[], b: readonly number[]): number => total(a.map((value, i) => value * (b[i] as number)));
const divided = (v: readonly number[], by: number): number[] => v.map((value) => value / by);
const unit = (v: readonly number[], epsilon = 1e-8): number[] => divided(v, Math.sqrt(dot(v, v)) + epsilon);
const gram = (a: readonly number[][], b: readonly number[][]): number[] => a.flatMap((x) => b.map((y) => dot(x, y)));

/** The vectors of the pixels of each image, in float64. */
function pixelsOf(map: readonly number[]): number[][][] {
  const channels = map.length / (IMAGES * PIXELS);
  return range(IMAGES).map((n) => range(PIXELS).map((p) => map.slice((n * PIXELS + p) * channels, (n * PIXELS + p + 1) * channels)));
}

/** Pixels of an image -> maps of its channels. */
function transposed(vectors: readonly number[][]): number[][] {
  return (vectors[0] as number[]).map((_, c) => vectors.map((vector) => vector[c] as number));
}

const energies = (image: number[][]): number[] => image.map((pixel) => dot(pixel, pixel));
/** What each form makes of one map, straight from its definition. */
const FORMS: Readonly<Record<string, (map: readonly number[]) => number[]>> = {
  'spatial-affinity': (map) =>
    pixelsOf(map).flatMap((image) => {
      const units = image.map((pixel) => unit(pixel));
      return gram(units, units);
    }),
  'channel-affinity': (map) =>
    pixelsOf(map).flatMap((image) => {
      const units = transposed(image).map((channel) => unit(channel));
      return gram(units, units);
    }),
  'image-affinity': (map) => {
    const images = pixelsOf(map).map((image) => image.flat());
    return images.flatMap((image) => unit(images.map((other) => dot(image, other))));
  },
  'attention-transfer': (map) => pixelsOf(map).flatMap((image) => unit(energies(image), 1e-6)),
  'attention-transfer-2019': (map) => pixelsOf(map).flatMap((image) => divided(energies(image), total(energies(image)) + 1e-6)),
  'feature-l1': (map) => [...map],
};

const l1 = (a: readonly number[], b: readonly number[]): number =>
  total(a.map((value, i) => Math.abs(value - (b[i] as number)))) / a.length;
const atBothPositions =
  (distance: (s: readonly number[], t: readonly number[]) => number) =>
  ({ s0, s1, t0, t1 }: Arrays) =>
    distance(s0, t0) + distance(s1, t1);
const compared = (form: string) =>
  atBothPositions((s, t) =>
    l1((FORMS[form] as (map: readonly number[]) => number[])(s), (FORMS[form] as (map: readonly number[]) => number[])(t)),
  );

function flow(first: readonly number[], second: readonly number[]): number[] {
  return pixelsOf(first).flatMap((image, n) => divided(gram(transposed(image), transposed(pixelsOf(second)[n] as number[][])), PIXELS));
}

/** Channels first, the second map read as if it had been transposed, not divided. */
function flowOf2019(first: readonly number[], second: readonly number[]): number[] {
  return pixelsOf(first).flatMap((image, n) => {
    const memory = transposed(pixelsOf(second)[n] as number[][]).flat();
    const misread = range(PIXELS).map((p) => memory.slice(p * CHANNELS, (p + 1) * CHANNELS));
    return gram(transposed(image), transposed(misread));
  });
}

const loss =
  (name: RelationName) =>
  ({ s0, s1, t0, t1 }: Readonly<Record<Name, Tensor>>) =>
    RELATIONS[name].loss([s0, s1] as Tensor4D[], [t0, t1] as Tensor4D[], {});

// Golden values: the definitions in numpy (float64, einsum) on the same chirps.
const CASES: readonly [name: RelationName, golden: number, reference: (inputs: Arrays) => number][] = [
  ['spatial-affinity', 0.8361805825376654, compared('spatial-affinity')],
  ['channel-affinity', 0.5241357594902161, compared('channel-affinity')],
  ['image-affinity', 0.29435560790589027, compared('image-affinity')],
  ['attention-transfer', 0.3652700071954713, compared('attention-transfer')],
  ['attention-transfer-2019', 0.16197882555213577, compared('attention-transfer-2019')],
  ['fsp', 0.168592827976008, ({ s0, s1, t0, t1 }) => l1(flow(s0, s1), flow(t0, t1))],
  ['fsp-2019', 1.087018265740354, ({ s0, s1, t0, t1 }) => l1(flowOf2019(s0, s1), flowOf2019(t0, t1))],
  ['feature-l1', 1.0271966373547912, compared('feature-l1')],
  ['feature-l2', 0.6414580690605209, atBothPositions((s, t) => total(s.map((value, i) => (value - (t[i] as number)) ** 2)) / s.length)],
];

onEveryEngine(() => {
  for (const [name, golden, reference] of CASES)
    checkLoss({ name, inputs: FEATURES, differentiable: ['s0', 's1'], golden, reference, loss: loss(name) });

  checkLoss({
    name: 'spatial affinity of unequal widths',
    inputs: WIDE_TEACHER,
    differentiable: ['s0', 's1'],
    golden: 1.1173588757292272,
    reference: compared('spatial-affinity'),
    loss: loss('spatial-affinity'),
  });
  checkLoss({
    name: 'attention transfer of unequal widths',
    inputs: WIDE_TEACHER,
    differentiable: ['s0', 's1'],
    golden: 0.37769806517231974,
    reference: compared('attention-transfer'),
    loss: loss('attention-transfer'),
  });
  for (const blockRows of [1, 4])
    checkLoss({
      name: `spatial affinity in blocks of ${blockRows} rows`,
      inputs: { s0: FEATURES.s0, t0: FEATURES.t0 },
      differentiable: ['s0'],
      reference: ({ s0, t0 }) => l1(FORMS['spatial-affinity']?.(s0) as number[], FORMS['spatial-affinity']?.(t0) as number[]),
      loss: ({ s0, t0 }) => spatialAffinityLoss(s0 as Tensor4D, t0 as Tensor4D, { blockRows }),
    });
  checkLoss({
    name: 'a relation behind adapters: the features through 1x1 convolutions first',
    inputs: {
      ...WIDE_TEACHER,
      'adapter.0.weight': weights(0.2),
      'adapter.1.weight': weights(0.6),
      'adapter.0.bias': biases(0.3),
      'adapter.1.bias': biases(0.8),
    },
    differentiable: ['s0', 's1', 'adapter.0.weight', 'adapter.1.weight', 'adapter.0.bias', 'adapter.1.bias'],
    reference: (inputs) =>
      l1(adapt(inputs.s0, inputs['adapter.0.weight'], inputs['adapter.0.bias']), inputs.t0) +
      l1(adapt(inputs.s1, inputs['adapter.1.weight'], inputs['adapter.1.bias']), inputs.t1),
    loss: ({ s0, s1, t0, t1, ...heads }) =>
      adapted(RELATIONS['feature-l1'], 2, { student: CHANNELS, teacher: WIDE }).loss([s0, s1] as Tensor4D[], [t0, t1] as Tensor4D[], heads),
  });
});

function weights(phase: number): Values {
  return { shape: [1, 1, CHANNELS, WIDE], data: chirp(WIDE, phase).data.slice(0, CHANNELS * WIDE) };
}

function biases(phase: number): Values {
  return { shape: [WIDE], data: chirp(WIDE, phase).data.slice(0, WIDE) };
}

function adapt(map: readonly number[], weight: readonly number[], bias: readonly number[]): number[] {
  const columns = range(WIDE).map((out) => range(CHANNELS).map((c) => weight[c * WIDE + out] as number));
  return pixelsOf(map).flatMap((image) =>
    image.flatMap((pixel) => columns.map((column, out) => dot(pixel, column) + (bias[out] as number))),
  );
}

const draw = (seed: number, ...shape: number[]) => normalTensor(seedRng(seed), shape) as Tensor4D;

describe('spatialAffinityLoss', () => {
  beforeAll(() => useEngine('wasm'));

  /** As autodiff has it, with whole matrices. */
  function whole(student: Tensor4D, teacher: Tensor4D): tf.Scalar {
    const affinity = (x: Tensor4D) => {
      const list = tf.reshape(x, [x.shape[0], -1, x.shape[3]]);
      const units = tf.div(list, tf.add(tf.sqrt(tf.sum(tf.square(list), 2, true)), 1e-8));
      return tf.matMul(units, units, false, true);
    };
    return tf.mean(tf.abs(tf.sub(affinity(student), affinity(teacher))));
  }

  it.each([1, 7, 64, 80, 128])('has the value and the gradient of whole matrices in blocks of %i rows', (blockRows) => {
    const [student, teacher] = [draw(1, 3, 8, 10, 5), draw(2, 3, 8, 10, 6)];
    const ours = tf.valueAndGrad((x) => spatialAffinityLoss(x as Tensor4D, teacher, { blockRows }))(student);
    const reference = tf.valueAndGrad((x) => whole(x as Tensor4D, teacher))(student);
    expect(ours.value.dataSync()[0]).toBeCloseTo(reference.value.dataSync()[0] as number, 5);
    const scale = tf.max(tf.abs(reference.grad)).dataSync()[0] as number;
    expect((tf.max(tf.abs(tf.sub(ours.grad, reference.grad))).dataSync()[0] as number) / scale).toBeLessThan(1e-4);
  });

  it('is zero for equal maps, whatever their lengths', () => {
    const student = draw(1, 2, 4, 4, 5);
    const longer = tf.mul<Tensor4D>(student, tf.add(tf.abs(draw(3, 2, 4, 4, 1)), 0.5));
    expect(spatialAffinityLoss(student, longer).dataSync()[0]).toBeCloseTo(0, 6);
    expect(spatialAffinityLoss(student, tf.reverse(student, 1)).dataSync()[0]).toBeGreaterThan(0.1);
  });

  it('has a finite gradient where a pixel has no features at all', () => {
    const student = tf.mul<Tensor4D>(draw(1, 1, 3, 3, 4), tf.tensor([0, 1, 1, 1, 1, 1, 1, 1, 1], [1, 3, 3, 1]));
    const gradient = tf.grad((x) => spatialAffinityLoss(x as Tensor4D, draw(2, 1, 3, 3, 4)))(student);
    expect([...gradient.dataSync()].every(Number.isFinite)).toBe(true);
  });

  it('holds no more than a few blocks at a time, in the backward pass either', async () => {
    const [images, side, channels, blockRows] = [2, 24, 4, 16];
    const [student, teacher] = [draw(1, images, side, side, channels), draw(2, images, side, side, channels)];
    const before = tf.memory().numBytes;
    const { peakBytes } = await profile(() => tf.grad((x) => spatialAffinityLoss(x as Tensor4D, teacher, { blockRows }))(student));
    const block = affinityBytes(images, side, side, blockRows);
    const maps = 4 * images * side * side * channels * 30;
    expect(block).toBe((4 * images * blockRows * side ** 4) / side ** 2);
    expect(peakBytes - before).toBeLessThan(3 * block + maps);
    expect(peakBytes - before).toBeLessThan(affinityBytes(images, side, side, side * side));
    expect(affinityBytes(16, 48, 48, 48 * 48)).toBe(339_738_624);
    expect(affinityBytes(16, 8, 8, 1000)).toBe(affinityBytes(16, 8, 8, 64));
  });

  it('refuses maps of different sizes and numbers of rows that are none', () => {
    expect(() => spatialAffinityLoss(draw(1, 1, 3, 3, 4), draw(1, 1, 3, 4, 4))).toThrow(/student 1 x 3 x 3 x 4, teacher 1 x 3 x 4 x 4/);
    expect(() => spatialAffinityLoss(draw(1, 1, 3, 3, 4), draw(1, 1, 3, 3, 4), { blockRows: 0 })).toThrow(/0 rows/);
  });
});

describe('the other relations', () => {
  beforeAll(() => useEngine('wasm'));

  it('see the scale of the features, or do not', () => {
    const [student, teacher] = [
      [draw(1, 2, 4, 4, 5), draw(2, 2, 4, 4, 5)],
      [draw(3, 2, 4, 4, 5), draw(4, 2, 4, 4, 5)],
    ];
    const scaleFree = (Object.keys(RELATIONS) as RelationName[]).filter((name) => {
      const doubled = student.map((feature) => tf.mul<Tensor4D>(feature, 2));
      const [once, twice] = [student, doubled].map((features) => RELATIONS[name].loss(features, teacher, {}).dataSync()[0] as number);
      return Math.abs((twice as number) / (once as number) - 1) < 1e-4;
    });
    expect(scaleFree).toEqual(['spatial-affinity', 'channel-affinity', 'image-affinity', 'attention-transfer', 'attention-transfer-2019']);
  });

  it('sum the positions', () => {
    const [student, teacher] = [draw(1, 2, 4, 4, 5), draw(3, 2, 4, 4, 5)];
    const value = (count: number) =>
      RELATIONS['channel-affinity']
        .loss(Array<Tensor4D>(count).fill(student), Array<Tensor4D>(count).fill(teacher), {})
        .dataSync()[0] as number;
    expect(value(3)).toBeCloseTo(3 * value(1), 5);
  });

  it('refuse what they cannot compare', () => {
    const [narrow, wide] = [draw(1, 1, 3, 3, 4), draw(1, 1, 3, 3, 5)];
    expect(() => featureDistance(narrow, wide)).toThrow(/1 x 3 x 3 x 4.*1 x 3 x 3 x 5/);
    expect(() => fspLoss([narrow], [narrow])).toThrow(/at least two/);
    expect(() => RELATIONS['feature-l1'].loss([narrow], [narrow, narrow], {})).toThrow(/1 positions.*2/);
  });

  it('learn: VID has heads for each position, drawn apart', () => {
    const vid = vidRelation(2, { student: 4, teacher: 5 });
    const heads = vid.heads?.(seedRng(1)) ?? {};
    expect(Object.keys(heads)).toContain('vid.1.mean.0.weight');
    expect(heads['vid.0.mean.0.weight']?.dataSync()).not.toEqual(heads['vid.1.mean.0.weight']?.dataSync());
    const one = (s: Tensor4D, t: Tensor4D) => vid.loss([s, s], [t, t], heads).dataSync()[0] as number;
    expect(one(draw(1, 1, 3, 3, 4), draw(2, 1, 3, 3, 5))).toBeGreaterThan(0);
  });
});

describe('unitVectors', () => {
  beforeAll(() => useEngine('wasm'));

  it('has length one, and zero where there is nothing', () => {
    const vectors = unitVectors(tf.tensor2d([3, 4, 0, 0], [2, 2]), 1);
    expect([...vectors.dataSync()].map((value) => Number(value.toFixed(6)))).toEqual([0.6, 0.8, 0, 0]);
  });
});
