import { tensor4d, type Tensor, type Tensor4D } from '@tensorflow/tfjs-core';
import { constantVarianceVid, gaussianLoss, laplaceLoss, predictedVid, type Vid } from '@distillery/distill';
import { paramCount, seedRng, useEngine } from '@distillery/tensor';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkLoss, onEveryEngine, type Values } from './every-engine';

const [BATCH, SIDE, STUDENT, TEACHER] = [2, 2, 2, 3];
const POSITIONS = BATCH * SIDE * SIDE;
const CHANNELS = { student: STUDENT, teacher: TEACHER };

/** sin(0.7 i + phase), so that another language can make the same inputs. */
function wave(shape: readonly number[], phase: number): Values {
  const size = shape.reduce((product, length) => product * length, 1);
  return { shape, data: Array.from({ length: size }, (_, i) => Math.fround(Math.sin(0.7 * i + phase))) };
}

const softplus = (x: number) => Math.log1p(Math.exp(x));
const relu = (x: number) => Math.max(x, 0);
const meanOver = (count: number, term: (i: number) => number) =>
  Array.from({ length: count }, (_, i) => term(i)).reduce((sum, value) => sum + value, 0) / count;

/** A 1x1 convolution in float64: `x` of `inputs` channels, `weight` `[inputs, out]`. */
function pointwise(x: readonly number[], weight: readonly number[], bias: readonly number[] | null, inputs: number): number[] {
  const out = weight.length / inputs;
  return Array.from({ length: (x.length / inputs) * out }, (_, i) => {
    const [position, o] = [Math.floor(i / out), i % out];
    let sum = bias?.[o] ?? 0;
    for (let c = 0; c < inputs; c++) sum += (x[position * inputs + c] as number) * (weight[c * out + o] as number);
    return sum;
  });
}

const features = { student: wave([BATCH, SIDE, SIDE, STUDENT], 0.1), teacher: wave([BATCH, SIDE, SIDE, TEACHER], 0.5) };
const predictorWaves = (name: string, phase: number) => ({
  [`${name}.0.weight`]: wave([1, 1, STUDENT, TEACHER], phase),
  [`${name}.0.bias`]: wave([TEACHER], phase + 1),
  [`${name}.1.weight`]: wave([1], phase + 2),
  [`${name}.2.weight`]: wave([1, 1, TEACHER, TEACHER], phase + 3),
  [`${name}.2.bias`]: wave([TEACHER], phase + 4),
});
type Arrays = Readonly<Record<string, readonly number[]>>;
const at = (inputs: Arrays, name: string) => inputs[name] as readonly number[];

function predictor(inputs: Arrays, name: string): number[] {
  const slope = at(inputs, `${name}.1.weight`)[0] as number;
  const hidden = pointwise(at(inputs, 'student'), at(inputs, `${name}.0.weight`), at(inputs, `${name}.0.bias`), STUDENT);
  const rectified = hidden.map((x) => (x > 0 ? x : slope * x));
  return pointwise(rectified, at(inputs, `${name}.2.weight`), at(inputs, `${name}.2.bias`), TEACHER);
}

/** Student's and teacher's features and the heads' parameters as one set of inputs. */
function lossOf(vid: Vid) {
  return ({ student, teacher, ...heads }: Readonly<Record<string, Tensor>>) => vid.loss(heads, student as Tensor4D, teacher as Tensor4D);
}

// Golden values: -mean of scipy.stats.laplace.logpdf and norm.logpdf (the latter less log(2 pi) / 2) of the same waves, in float64.
onEveryEngine(() => {
  checkLoss({
    name: 'Laplace loss of location, scale and target',
    inputs: {
      location: wave([2, 3], 0),
      scale: { shape: [2, 3], data: [0.5, 0.25, 2, 0.125, 1, 0.75] },
      target: wave([2, 3], 1),
    },
    loss: ({ location, scale, target }) => laplaceLoss(location, scale, target),
    reference: ({ location, scale, target }) =>
      meanOver(6, (i) => {
        const b = scale[i] as number;
        return Math.log(2 * b) + Math.abs((target[i] as number) - (location[i] as number)) / b;
      }),
  });

  checkLoss({
    name: 'Gaussian loss, one variance per channel',
    inputs: { mean: wave([2, 3], 0), variance: { shape: [3], data: [0.5, 0.25, 2] }, target: wave([2, 3], 1) },
    loss: ({ mean, variance, target }) => gaussianLoss(mean, variance, target),
    reference: ({ mean, variance, target }) =>
      meanOver(6, (i) => {
        const v = variance[i % 3] as number;
        return Math.log(v) / 2 + ((target[i] as number) - (mean[i] as number)) ** 2 / (2 * v);
      }),
  });

  const predicted = { ...features, ...predictorWaves('mean', 1), ...predictorWaves('scale', 2) };
  checkLoss({
    name: 'PISR, Laplace',
    inputs: predicted,
    loss: lossOf(predictedVid('laplace', CHANNELS)),
    reference: (inputs) => {
      const [location, raw] = [predictor(inputs, 'mean'), predictor(inputs, 'scale')];
      return meanOver(POSITIONS * TEACHER, (i) => {
        const b = 0.1 * softplus(raw[i] as number) + 1e-8;
        return Math.log(2 * b) + Math.abs((at(inputs, 'teacher')[i] as number) - (location[i] as number)) / b;
      });
    },
    golden: 16.095947548804673,
  });

  checkLoss({
    name: 'PISR, Gaussian',
    inputs: predicted,
    loss: lossOf(predictedVid('gaussian', CHANNELS)),
    reference: (inputs) => {
      const [mean, raw] = [predictor(inputs, 'mean'), predictor(inputs, 'scale')];
      return meanOver(POSITIONS * TEACHER, (i) => {
        const v = 0.001 * softplus(raw[i] as number) + 1e-8;
        return Math.log(v) / 2 + ((at(inputs, 'teacher')[i] as number) - (mean[i] as number)) ** 2 / (2 * v);
      });
    },
    golden: 1702.3776228785673,
  });

  checkLoss({
    name: 'VID with a learned constant variance per channel',
    inputs: {
      ...features,
      'mean.0.weight': wave([1, 1, STUDENT, TEACHER], 1),
      'mean.2.weight': wave([1, 1, TEACHER, TEACHER], 2),
      'mean.4.weight': wave([1, 1, TEACHER, TEACHER], 3),
      alpha: wave([TEACHER], 4),
    },
    loss: lossOf(constantVarianceVid(CHANNELS)),
    reference: (inputs) => {
      const first = pointwise(at(inputs, 'student'), at(inputs, 'mean.0.weight'), null, STUDENT).map(relu);
      const second = pointwise(first, at(inputs, 'mean.2.weight'), null, TEACHER).map(relu);
      const mean = pointwise(second, at(inputs, 'mean.4.weight'), null, TEACHER);
      return meanOver(POSITIONS * TEACHER, (i) => {
        const variance = softplus(at(inputs, 'alpha')[i % TEACHER] as number) + 1e-5;
        return (((mean[i] as number) - (at(inputs, 'teacher')[i] as number)) ** 2 / variance + Math.log(variance)) / 2;
      });
    },
    golden: 0.19360693359485182,
  });
});

describe('heads of VID', () => {
  beforeAll(() => useEngine('wasm'));

  it('of PISR have 12,770 parameters between two FSRCNN, one slope each', () => {
    const heads = predictedVid('laplace', { student: 56, teacher: 56 }).heads(seedRng(1));
    expect(paramCount(heads)).toBe(12_770);
    expect([...(heads['scale.1.weight'] as Tensor).dataSync()]).toEqual([0.25]);
  });

  it('of the original start at a variance of 5', () => {
    const heads = constantVarianceVid(CHANNELS).heads(seedRng(1));
    for (const alpha of (heads.alpha as Tensor).dataSync()) expect(softplus(alpha) + 1e-5).toBeCloseTo(5, 5);
  });

  it('are drawn from the given generator alone', () => {
    const draw = (seed: number) => [...(predictedVid('laplace', CHANNELS).heads(seedRng(seed))['mean.0.weight'] as Tensor).dataSync()];
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });

  it.each([predictedVid('laplace', CHANNELS), constantVarianceVid(CHANNELS)])('refuse features of other sizes or channels', (vid) => {
    const heads = vid.heads(seedRng(1));
    const ones = (...shape: [number, number, number, number]) => tensor4d(new Float32Array(shape.reduce((a, b) => a * b)).fill(1), shape);
    expect(() => vid.loss(heads, ones(1, 2, 2, 2), ones(1, 4, 4, 3))).toThrow(/\[1,2,2,2\].*\[1,4,4,3\]/);
    expect(() => vid.loss(heads, ones(1, 2, 2, 3), ones(1, 2, 2, 3))).toThrow(RangeError);
    expect(() => vid.loss(heads, ones(1, 2, 2, 2), ones(1, 2, 2, 2))).toThrow(RangeError);
  });
});
