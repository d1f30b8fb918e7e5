import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor4D } from '@tensorflow/tfjs-core';
import {
  charbonnierLoss,
  curriculumWeight,
  mutualLoss,
  psnrGap,
  selectState,
  stepCounter,
  stepsTaken,
  trainAndMetaHalves,
} from '@distillery/distill';
import { normalTensor, seedRng, useEngine } from '@distillery/tensor';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkLoss, normalValues, onEveryEngine } from './every-engine';

const SHAPE = [2, 3, 2, 2];
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const pairwise = (f: (d: number) => number) => (inputs: Readonly<Record<'a' | 'b', readonly number[]>>) =>
  mean(inputs.a.map((value, i) => f(value - (inputs.b[i] as number))));
const inputs = { a: normalValues(1, SHAPE, 0.3), b: normalValues(2, SHAPE, 0.3) };
const number = (x: tf.Tensor) => x.dataSync()[0] as number;

onEveryEngine(() => {
  describe('losses of JDSR', () => {
    checkLoss({
      name: 'charbonnier',
      inputs,
      loss: ({ a, b }) => charbonnierLoss(a, b, 0.01),
      reference: pairwise((d) => Math.sqrt(d * d + 1e-4)),
    });
    checkLoss({ name: 'mutual, L1', inputs, loss: ({ a, b }) => mutualLoss(a, b, 'l1'), reference: pairwise(Math.abs) });
    // 0.001 MSE on 0..255 is to L1 on 0..255 as 0.001 x 255 MSE on 0..1 is to L1 on 0..1.
    checkLoss({ name: 'mutual, L2', inputs, loss: ({ a, b }) => mutualLoss(a, b, 'l2'), reference: pairwise((d) => 255 * d * d) });
  });
});

describe('curriculum', () => {
  beforeAll(() => useEngine('wasm'));

  it('rises from exp(-1/2) = 0.607 to 1 over its horizon and stays there', () => {
    const at = (steps: number) => number(curriculumWeight(tf.scalar(steps), 1000));
    // exp(-0.5 (1 - T)^2) at T = 0, 0.25, 0.5, 1, by hand in double precision.
    expect(at(0)).toBeCloseTo(0.6065306597126334, 6);
    expect(at(250)).toBeCloseTo(0.7548396019890073, 6);
    expect(at(500)).toBeCloseTo(0.8824969025845955, 6);
    expect(at(1000)).toBe(1);
    expect(at(5000)).toBe(1);
  });

  it('counts steps from zero', () => {
    expect(number(stepsTaken(stepCounter()))).toBe(0);
  });

  it('the gap is the difference of the PSNRs of the batch', () => {
    const draw = (seed: number) => normalTensor(seedRng(seed), [2, 4, 4, 3], 0.1) as Tensor4D;
    const [a, b, truth] = [draw(1), draw(2), draw(3)];
    const psnr = (x: Tensor4D) => -10 * Math.log10(mean([...tf.squaredDifference(x, truth).dataSync()]));
    expect(number(psnrGap(a, b, truth))).toBeCloseTo(psnr(a) - psnr(b), 4);
  });

  it('a gate lets all of an update through, or none, bit for bit', () => {
    const current = { peer: { w: normalTensor(seedRng(1), [7]) } };
    const next = { peer: { w: normalTensor(seedRng(2), [7]) } };
    const through = (open: number) => selectState(tf.scalar(open) as Scalar, next, current).peer?.w?.dataSync();
    expect(through(1)).toEqual(next.peer.w.dataSync());
    expect(through(0)).toEqual(current.peer.w.dataSync());
  });
});

describe('trainAndMetaHalves', () => {
  beforeAll(() => useEngine('wasm'));

  it('splits a batch into its first and second patches', () => {
    const lr = normalTensor(seedRng(1), [4, 2, 2, 3]) as Tensor4D;
    const hr = normalTensor(seedRng(2), [4, 4, 4, 3]) as Tensor4D;
    const { train, meta } = trainAndMetaHalves({ lr, hr });
    expect([...train.lr.dataSync(), ...meta.lr.dataSync()]).toEqual([...lr.dataSync()]);
    expect([...train.hr.dataSync(), ...meta.hr.dataSync()]).toEqual([...hr.dataSync()]);
  });

  it('refuses an odd batch', () => {
    expect(() => trainAndMetaHalves({ lr: tf.zeros([3, 2, 2, 3]), hr: tf.zeros([3, 4, 4, 3]) })).toThrow(/3 patches/);
  });
});
