import { relu, sum, tensor4d, valueAndGrad, type Tensor4D } from '@tensorflow/tfjs-core';
import { channelStatistic, channelStatisticLoss, type ChannelStatistic } from '@distillery/distill';
import { useEngine } from '@distillery/tensor';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkLoss, onEveryEngine, type Values } from './every-engine';

const [STUDENT, TEACHER] = [3, 5];

/** sin(0.7 i + phase), so that another language can make the same inputs. */
function wave(shape: readonly number[], phase: number): Values {
  const size = shape.reduce((product, length) => product * length, 1);
  return { shape, data: Array.from({ length: size }, (_, i) => Math.fround(Math.sin(0.7 * i + phase))) };
}
const inputs = { student: wave([2, 2, 3, STUDENT], 0.1), teacher: wave([2, 2, 3, TEACHER], 0.5) };

const mean = (values: readonly number[]) => values.reduce((total, value) => total + value, 0) / values.length;

/** The statistic of one pixel in float64. */
function ofPixel(channels: readonly number[], statistic: ChannelStatistic): number {
  if (!('power' in statistic)) return statistic.of === 'max' ? Math.max(...channels) : Math.min(...channels);
  return statistic.of === 'power-of-mean' ? mean(channels) ** statistic.power : mean(channels.map((value) => value ** statistic.power));
}

function ofPixels(data: readonly number[], channels: number, statistic: ChannelStatistic): number[] {
  return Array.from({ length: data.length / channels }, (_, i) => ofPixel(data.slice(i * channels, (i + 1) * channels), statistic));
}

// The golden values: numpy, float64, of the same waves: mean((g(s) - g(t)) ** 2) and mean(abs(g(s) - g(t))), g over the last axis.
const CASES: readonly [name: string, statistic: ChannelStatistic, l2: number, l1: number][] = [
  ['mean', { of: 'power-of-mean', power: 1 }, 0.5171573532863353, 0.6093925830390718],
  ['mean^2', { of: 'power-of-mean', power: 2 }, 0.11424897742801117, 0.27960451058724173],
  ['mean^3', { of: 'power-of-mean', power: 3 }, 0.10011697047913021, 0.2514995755289031],
  ['mean^4', { of: 'power-of-mean', power: 4 }, 0.05385215991170104, 0.17248113691607703],
  ['mean of squares', { of: 'mean-of-powers', power: 2 }, 0.02500659198839141, 0.14025410707384822],
  ['mean of cubes', { of: 'mean-of-powers', power: 3 }, 0.3224344970692703, 0.4851557920021561],
  ['max', { of: 'max' }, 0.6032250965740615, 0.5299183322737614],
  ['min', { of: 'min' }, 0.31868264375348143, 0.4512599439670642],
];

onEveryEngine(() => {
  for (const [name, statistic, l2, l1] of CASES) {
    for (const norm of ['l2', 'l1'] as const) {
      checkLoss({
        name: `${name}, ${norm}, student of ${STUDENT} channels, teacher of ${TEACHER}`,
        inputs,
        loss: ({ student, teacher }) => channelStatisticLoss(student as Tensor4D, teacher as Tensor4D, statistic, norm),
        reference: ({ student, teacher }) => {
          const taught = ofPixels(teacher, TEACHER, statistic);
          const gaps = ofPixels(student, STUDENT, statistic).map((value, i) => value - (taught[i] as number));
          return mean(gaps.map((gap) => (norm === 'l2' ? gap * gap : Math.abs(gap))));
        },
        golden: norm === 'l2' ? l2 : l1,
      });
    }
  }
});

describe('channelStatistic', () => {
  beforeAll(() => useEngine('wasm'));

  it('keeps one channel at each pixel', () => {
    const map = tensor4d([...inputs.student.data], [2, 2, 3, STUDENT]);
    for (const [, statistic] of CASES) expect(channelStatistic(map, statistic).shape).toEqual([2, 2, 3, 1]);
  });

  it('gives the same for channels in another order, and for each of them twice', () => {
    const map = tensor4d([1, 2, 5], [1, 1, 1, 3]);
    const [turned, twice] = [tensor4d([5, 1, 2], [1, 1, 1, 3]), tensor4d([1, 1, 2, 2, 5, 5], [1, 1, 1, 6])];
    for (const [, statistic] of CASES) {
      const expected = channelStatistic(map, statistic).dataSync()[0] as number;
      for (const other of [turned, twice]) expect(channelStatistic(other, statistic).dataSync()[0]).toBeCloseTo(expected, 4);
    }
  });

  it('passes no gradient to the minimum of a rectified map where a channel is off', () => {
    const map = tensor4d([-1, 2, 3, 0.5, 2, 3], [1, 1, 2, 3]);
    const { grad } = valueAndGrad((x) => sum(channelStatistic(relu(x as Tensor4D), { of: 'min' })))(map);
    expect([...grad.dataSync()]).toEqual([0, 0, 0, 1, 0, 0]);
  });

  it.each([0, -1, 1.5, NaN])('refuses the power %d', (power) => {
    const map = tensor4d([1, 2], [1, 1, 1, 2]);
    for (const of of ['power-of-mean', 'mean-of-powers'] as const) expect(() => channelStatistic(map, { of, power })).toThrow(RangeError);
  });

  it('refuses to compare maps of different sizes', () => {
    const [a, b] = [tensor4d([1, 2], [1, 1, 2, 1]), tensor4d([1, 2], [1, 2, 1, 1])];
    expect(() => channelStatisticLoss(a, b, { of: 'max' }, 'l2')).toThrow(RangeError);
  });
});
