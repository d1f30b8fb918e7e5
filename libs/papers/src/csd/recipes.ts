import { CSD_CONTRAST_WEIGHT, type Denominator } from '@distillery/distill';
import type { Datasets, Recipe, Tier } from '@distillery/lab';
import { CSD_SETTINGS, csdSchedule } from './settings';

/** The contrastive term of an arm, as it stands in its recipe. */
export interface ContrastOptions {
  readonly [option: string]: string | number;
  readonly weight: number;
  readonly positive: 'teacher' | 'ground-truth';
  readonly negatives: number;
  readonly denominator: Denominator;
}

/** The released contrastive term: the teacher's output against ten negatives, summed. */
export const RELEASED_CONTRAST: ContrastOptions = { weight: CSD_CONTRAST_WEIGHT, positive: 'teacher', negatives: 10, denominator: 'sum' };

/** The arms of CSD at one scale and tier, as recipes. */
export function csdArms(tier: Tier, scale: 2 | 4, datasets: Datasets) {
  const settings = CSD_SETTINGS[tier];
  const { teacher } = settings;

  const common = {
    paper: 'csd',
    scale,
    tier,
    data: { train: datasets.train, evaluate: datasets.evaluate, patch: settings.patch[scale], batch: settings.batch, channels: 3 },
  } as const;
  const only = (network: string) => ({ networks: [network], selfEnsemble: true });

  const pretrain: Recipe = {
    ...common,
    arm: 'pretrain',
    method: { name: 'plain', ...teacher, role: 'teacher', width: 1 },
    schedule: csdSchedule(settings, settings.pretrain),
    startFrom: null,
    evaluate: { networks: [], selfEnsemble: false },
  };

  /** Plain L1 training at a width: from scratch, or from the (slice of the) pretrained teacher. */
  const plain = (arm: string, width: number, start: 'scratch' | 'pretrained', steps = settings.steps): Recipe => ({
    ...common,
    arm,
    method: { name: 'plain', ...teacher, role: width === 1 ? 'teacher' : 'student', width },
    schedule: csdSchedule(settings, steps),
    startFrom: start === 'pretrained' ? pretrain : null,
    evaluate: only(width === 1 ? 'teacher' : 'student'),
  });

  /** Joint training of both widths from the pretrained teacher, with the given contrastive term or none (J-T1). */
  const joint = (arm: string, contrast: ContrastOptions | null, width = 0.25): Recipe => ({
    ...common,
    arm,
    method: { name: 'csd', ...teacher, width, teacherWeight: 1, contrast },
    schedule: csdSchedule(settings, settings.steps),
    startFrom: pretrain,
    evaluate: { networks: ['student', 'teacher'], selfEnsemble: true },
  });

  return {
    teacher: plain('teacher', 1, 'pretrained'),
    baseline: plain('baseline', 0.25, 'scratch'),
    baselineLong: plain('baseline-long', 0.25, 'scratch', settings.pretrain + settings.steps),
    sliceL1: plain('slice-l1', 0.25, 'pretrained'),
    jt1: joint('jt1', null),
    csd: joint('csd', RELEASED_CONTRAST),
    /** K negatives under a denominator; K = 10 summed is the released `csd`, and one negative is the same summed or averaged. */
    negatives: (count: number, denominator: 'sum' | 'mean') =>
      count === 10 && denominator === 'sum'
        ? joint('csd', RELEASED_CONTRAST)
        : joint(count === 1 ? 'csd-k1' : `csd-k${count}-${denominator}`, {
            ...RELEASED_CONTRAST,
            negatives: count,
            denominator: count === 1 ? 'sum' : denominator,
          }),
    /** No repulsion: the released form without negatives (raw feature distance), or the ten-negative mean held constant. */
    attractionOnly: (form: 'none' | 'constant') =>
      joint(`csd-k0-${form}`, { ...RELEASED_CONTRAST, denominator: form, negatives: form === 'none' ? 0 : 10 }),
    gtPositive: joint('gt-positive', { ...RELEASED_CONTRAST, positive: 'ground-truth' }),
    gtPositiveOnly: (form: 'none' | 'constant') =>
      joint(`gt-positive-k0-${form}`, {
        ...RELEASED_CONTRAST,
        positive: 'ground-truth',
        denominator: form,
        negatives: form === 'none' ? 0 : 10,
      }),
    width: (width: 0.5 | 0.75) => joint(`csd-w${width}`, RELEASED_CONTRAST, width),
    baselineWidth: (width: 0.5 | 0.75) => plain(`baseline-w${width}`, width, 'scratch'),
  };
}
