import type { ChannelStatistic } from '@distillery/distill';
import { setsOf, type ArmsOf, type Datasets, type Tier } from '@distillery/lab';
import type { SrkdOptions, SrkdRecipe } from './methods';
import type { RelativeName } from './relatives';
import { SRKD_SETTINGS, type SrkdScale } from './settings';

/** lambda_0 and lambda_1..3 as Table 1 prints them. */
export interface LossWeights {
  readonly reconstruction: number;
  readonly positions: readonly [number, number, number];
}

/** The best row of Table 1, which Figure 4 and Table 2 are taken to use. */
export const BEST_WEIGHTS: LossWeights = { reconstruction: 2, positions: [1, 1, 0] };

/** The ground truth alone. */
const NO_POSITIONS: LossWeights = { reconstruction: 1, positions: [0, 0, 0] };

const powerOfMean = (power: number): ChannelStatistic => ({ of: 'power-of-mean', power });

/** The statistics of Figure 4 by the name of their arm; `mean2` is the paper's choice. */
export const STATISTICS = {
  mean: powerOfMean(1),
  mean2: powerOfMean(2),
  mean3: powerOfMean(3),
  mean4: powerOfMean(4),
  squares: { of: 'mean-of-powers', power: 2 },
  max: { of: 'max' },
  min: { of: 'min' },
} as const satisfies Record<string, ChannelStatistic>;
export type StatisticName = keyof typeof STATISTICS;

/** One of each of the paper's four kinds, those with a power by their square. */
const TOGETHER: readonly StatisticName[] = ['mean2', 'squares', 'max', 'min'];

/** Its positions: the first two. */
const POSITIONS = BEST_WEIGHTS.positions.filter((weight) => weight > 0).length;

/** What the gradient of each position measures beside the ground truth's where it is balanced: lambda_i : lambda_0 of the best row. */
export const GRADIENT_RATIO = 0.5;

/** The name of Table 1's arm: `mean-1-100` for (1; 1,0,0). The best row is Figure 4's `mean`. */
export function weightsArm({ reconstruction, positions }: LossWeights) {
  const best = reconstruction === BEST_WEIGHTS.reconstruction && positions.join() === BEST_WEIGHTS.positions.join();
  return best ? 'mean' : (`mean-${reconstruction}-${positions.join('')}` as const);
}

/** The arms of SRKD at one scale and tier, as recipes. */
export function srkdArms(tier: Tier, scale: SrkdScale, datasets: Datasets) {
  const settings = SRKD_SETTINGS[tier];
  const { teacher, student, lrPatch, batch, steps, pretrain, learningRate } = settings;

  const common = {
    paper: 'srkd',
    scale,
    tier,
    data: { ...setsOf(datasets), patch: lrPatch * scale, batch, channels: 1 },
  } as const;

  const trainedTeacher: SrkdRecipe<'teacher'> = {
    ...common,
    arm: 'teacher',
    method: { name: 'plain', network: teacher, role: 'teacher' },
    schedule: settings.schedule(pretrain, learningRate.teacher),
    startFrom: {},
    evaluate: { networks: ['teacher'], selfEnsemble: false },
  };
  const onlyStudent = { evaluate: { networks: ['student'], selfEnsemble: false } } as const;

  const alone = <Arm extends string>(arm: Arm, length: number): SrkdRecipe<Arm> => ({
    ...common,
    ...onlyStudent,
    arm,
    method: { name: 'plain', network: student, role: 'student' },
    schedule: settings.schedule(length, learningRate.student),
    startFrom: {},
  });

  /** A student fromTeacher by the frozen teacher. */
  const fromTeacher = <Arm extends string>(arm: Arm, method: SrkdRecipe['method']): SrkdRecipe<Arm> => ({
    ...common,
    ...onlyStudent,
    arm,
    method,
    schedule: settings.schedule(steps, learningRate.student),
    startFrom: { teacher: trainedTeacher },
  });

  const srkd = <Arm extends string>(
    arm: Arm,
    names: readonly StatisticName[],
    weights = BEST_WEIGHTS,
    over: Partial<SrkdOptions> = {},
  ): SrkdRecipe<Arm> =>
    fromTeacher(arm, {
      name: 'srkd',
      student,
      teacher,
      teacherWeights: 'trained',
      reconstructionWeight: weights.reconstruction,
      positionWeights: weights.positions,
      statistics: names.map((name) => STATISTICS[name]),
      norm: 'l2',
      reconstructionNorm: 'l1',
      gradientNorms: true,
      gradientRatio: null,
      ...over,
    });

  return {
    teacher: trainedTeacher,
    student: alone('student', steps),
    studentLong: alone('student-long', pretrain + steps),
    outputDistillation: fromTeacher('output-distillation', { name: 'output-distillation', student, teacher, alpha: 0.5 }),
    statistic: (name: StatisticName) => srkd(name, [name]),
    together: srkd('together', TOGETHER),
    /** The mean under the loss weights of a row of Table 1. */
    weights: (weights: LossWeights) => srkd(weightsArm(weights), ['mean'], weights),
    /** The statistic with lambda_i replaced by a fixed share of the ground truth's gradient. */
    balanced: (name: StatisticName) => srkd(`${name}-balanced`, [name], BEST_WEIGHTS, { gradientRatio: GRADIENT_RATIO }),
    /** Another relation at the best row's positions, with the sum of the shares of the gradient that `balanced` gives each of them. */
    relative: (form: RelativeName) =>
      fromTeacher(form, { name: 'relation', student, teacher, form, positions: POSITIONS, gradientRatio: GRADIENT_RATIO * POSITIONS }),
    randomTeacher: srkd('random-teacher', ['mean2'], BEST_WEIGHTS, { teacherWeights: 'random' }),
    l1: srkd('mean2-l1', ['mean2'], BEST_WEIGHTS, { norm: 'l1', gradientNorms: false }),
    /** Squared differences to the ground truth, with the statistic and without; the latter has no teacher. */
    squared: srkd('mean2-mse', ['mean2'], BEST_WEIGHTS, { reconstructionNorm: 'l2' }),
    studentSquared: {
      ...srkd('student-mse', ['mean2'], NO_POSITIONS, { reconstructionNorm: 'l2', gradientNorms: false }),
      startFrom: {},
    },
  };
}

export type SrkdArm = ArmsOf<ReturnType<typeof srkdArms>>;
