import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { edsr, edsrWidth, leadingSlice, type EdsrConfig, type Scale } from '@distillery/models';
import { UserError, disposeParams, paramCount, seedRng, useEngine, valueAndGrads } from '@distillery/tensor';
import { patternImage, patternParams } from './golden/golden';
import { shapeCount } from './shape-count';

beforeAll(async () => {
  await useEngine('wasm');
});

const SMALL: EdsrConfig = { features: 8, blocks: 2, resScale: 1, scale: 2, rgbRange: 255 };
const SCALES: readonly Scale[] = [2, 3, 4];

describe('EDSR', () => {
  it('draws parameters of these shapes from U(-1/sqrt(fan in), 1/sqrt(fan in)), the same for the same seed', () => {
    const model = edsr(SMALL);
    const params = model.init(seedRng(1));
    expect(Object.fromEntries(Object.entries(params).map(([name, tensor]) => [name, tensor.shape]))).toEqual(model.shapes);
    expect(paramCount(params)).toBe(shapeCount(model.shapes));
    const weight = params['body.0.body.0.weight'] as Tensor4D;
    const bound = 1 / Math.sqrt(9 * 8);
    expect(tf.max(tf.abs(weight)).dataSync()[0]).toBeLessThanOrEqual(bound);
    // The standard deviation of U(-b, b) is b / sqrt 3.
    expect(Math.sqrt(tf.mean(tf.square(weight)).dataSync()[0] as number) / (bound / Math.sqrt(3))).toBeCloseTo(1, 1);
    const again = model.init(seedRng(1));
    expect(again['tail.1.weight']?.dataSync()).toEqual(params['tail.1.weight']?.dataSync());
    disposeParams(params);
    disposeParams(again);
  });

  it('shows its features to a tap, in order', () => {
    const model = edsr(SMALL);
    const seen: [string, number[]][] = [];
    tf.tidy(() => model.apply(patternParams(model), patternImage([1, 4, 5, 3]), (name, feature) => seen.push([name, feature.shape])));
    expect(seen.map(([name]) => name)).toEqual(['head', 'body.0', 'body.1', 'body.2', 'body']);
    seen.forEach(([, shape]) => expect(shape).toEqual([1, 4, 5, 8]));
  });
});

describe('leadingSlice', () => {
  it.each(SCALES)('x%i: the slice computes what the leading channels of the teacher compute on their own', (scale) => {
    const config = { ...SMALL, scale };
    const teacher = edsr(config);
    const student = edsr(edsrWidth(config, 0.5));
    const params = patternParams(teacher);
    const x = patternImage([1, 5, 4, 3]);
    // The reference: the full-width network with every kernel entry and bias outside the student set to zero. Silent channels add nothing.
    const silenced = Object.fromEntries(
      Object.entries(params).map(([name, tensor]) => {
        const kept = student.shapes[name] as readonly number[];
        const padding = tensor.shape.map((size, axis) => [0, size - (kept[axis] as number)] as [number, number]);
        return [
          name,
          tf.pad(
            tf.slice(
              tensor,
              tensor.shape.map(() => 0),
              [...kept],
            ),
            padding,
          ),
        ];
      }),
    );
    const sliced = leadingSlice(student, params);
    expect(Object.fromEntries(Object.entries(sliced).map(([name, tensor]) => [name, tensor.shape]))).toEqual(student.shapes);
    const difference = tf.tidy(() => tf.max(tf.abs(tf.sub(student.apply(sliced, x), teacher.apply(silenced, x)))).dataSync()[0]);
    expect(difference).toBeLessThan(1e-5);
    tf.dispose([x, params, silenced, sliced]);
  });

  it('sends gradients into the leading block of the teacher and nowhere else', () => {
    const config = { ...SMALL, scale: 4 as const };
    const student = edsr(edsrWidth(config, 0.25));
    const params = edsr(config).init(seedRng(2));
    const x = patternImage([1, 6, 6, 3]);
    const { grads } = valueAndGrads(
      (p) => ({ loss: tf.mean(tf.square(student.apply(leadingSlice(student, p), x))) as tf.Scalar, aux: {} }),
      params,
    );
    for (const [name, grad] of Object.entries(grads)) {
      const inside = tf.slice(
        grad,
        grad.shape.map(() => 0),
        [...(student.shapes[name] as number[])],
      );
      const insideSum = tf.sum(tf.abs(inside)).dataSync()[0] as number;
      expect(insideSum, name).toBeGreaterThan(0);
      expect(tf.sum(tf.abs(grad)).dataSync()[0], name).toBeCloseTo(insideSum, 3);
    }
    tf.dispose([x, params, grads]);
  });

  it('at width 1 is the teacher', () => {
    const params = patternParams(edsr(SMALL));
    const sliced = leadingSlice(edsr(SMALL), params);
    for (const [name, tensor] of Object.entries(sliced)) expect(tensor.dataSync()).toEqual(params[name]?.dataSync());
    tf.dispose([params, sliced]);
  });

  it('refuses a network that is wider than the parameters', () => {
    const params = patternParams(edsr(SMALL));
    expect(() => leadingSlice(edsr({ ...SMALL, features: 2 * SMALL.features }), params)).toThrow(
      /EDSR head.0.weight: \[.*\] is no slice of/,
    );
    tf.dispose(params);
  });

  it('counts channels as decimals: 0.55 of 20 is 11', () => {
    expect(edsrWidth({ ...SMALL, features: 20 }, 0.55).features).toBe(11);
  });

  it.each([0, 0.3, 1.5, NaN])('refuses width %d, which is no whole number of channels', (width) => {
    expect(() => edsrWidth(SMALL, width)).toThrow(UserError);
  });

  it('at width 0.25 makes EDSR x4 15.96 times smaller, 2.699M parameters (counted from the released code)', () => {
    const config: EdsrConfig = { features: 256, blocks: 32, resScale: 0.1, scale: 4, rgbRange: 255 };
    const student = shapeCount(edsr(edsrWidth(config, 0.25)).shapes);
    expect([(student / 1e6).toFixed(3), (43089923 / student).toFixed(2)]).toEqual(['2.699', '15.96']);
  });
});
