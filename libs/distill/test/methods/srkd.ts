import { srkd, SRKD_TAPS, type ChannelStatistic, type Method, type SrkdOptions } from '@distillery/distill';
import { snsr, tnsr } from '@distillery/models';
import { seedRng } from '@distillery/tensor';
import { onLuma } from './pisr';
import type { Variants } from './variants';

/** The paper's depths, so that its taps exist, with few channels; luma, x2. */
export const SRKD_STUDENT = snsr({ features: 6, blocks: 3, scale: 2 });
export const SRKD_TEACHER = tnsr({ features: 4, blocks: 10, scale: 2 });

export const ALL_STATISTICS: readonly ChannelStatistic[] = [
  { of: 'power-of-mean', power: 3 },
  { of: 'mean-of-powers', power: 2 },
  { of: 'max' },
  { of: 'min' },
];

/** SRKD in a toy size: all positions, the square of the mean. */
export function toySrkd(over: Partial<SrkdOptions> = {}): Method {
  return srkd({
    student: SRKD_STUDENT,
    teacher: { model: SRKD_TEACHER, params: SRKD_TEACHER.init(seedRng(8)) },
    reconstructionWeight: 2,
    positions: SRKD_TAPS.map((taps) => ({ ...taps, weight: 1 })),
    statistics: [{ of: 'power-of-mean', power: 2 }],
    norm: 'l2',
    ...over,
  });
}

export const SRKD_METHODS = {
  srkd: {
    '': () => onLuma(toySrkd()),
    'all statistics': () => onLuma(toySrkd({ statistics: ALL_STATISTICS, norm: 'l1', gradientNorms: true })),
    'at a gradient ratio': () => onLuma(toySrkd({ gradientRatio: 0.1 })),
  },
} satisfies Record<string, Variants>;
