import * as tf from '@tensorflow/tfjs-core';
import type { Scalar } from '@tensorflow/tfjs-core';
import type { Model } from '@distillery/models';
import type { Params } from '@distillery/tensor';
import { featuresAt } from '../networks/forward';
import { teacherPass, type FrozenTeacher } from '../networks/frozen-teacher';
import { objectiveMethod, type Term } from '../training/objective';
import { channelStatisticLoss, type ChannelStatistic } from '../losses/channel-statistics';
import { featureDistance, type Norm } from '../losses/feature-distance';
import { defineMethod } from '../define-method';

/** A place where the student's features follow the teacher's. */
export interface SrkdPosition {
  readonly studentTap: string;
  readonly teacherTap: string;
  /** lambda_i; a position of weight 0 is left out. */
  readonly weight: number;
}

/** The paper's taps: after the student's blocks 1, 2, 3 and the teacher's 4, 7, 10 (counted from 0 here). */
export const SRKD_TAPS = [
  { studentTap: 'body.0', teacherTap: 'body.3' },
  { studentTap: 'body.1', teacherTap: 'body.6' },
  { studentTap: 'body.2', teacherTap: 'body.9' },
] as const;

export interface SrkdOptions {
  readonly student: Model;
  readonly teacher: FrozenTeacher;
  /** lambda_0, the weight of the ground truth. */
  readonly reconstructionWeight: number;
  /** How the output is compared with the ground truth; the paper does not say. Absent: `l1`. */
  readonly reconstructionNorm?: Norm;
  readonly positions: readonly SrkdPosition[];
  /** G. Of several, the mean of their losses counts, so that lambda_i stays the weight of a position. */
  readonly statistics: readonly ChannelStatistic[];
  /** How statistics are compared; the paper does not say. */
  readonly norm: Norm;
  /** Parameters of the student to start from (copied); absent: drawn fresh. */
  readonly start?: Params;
  /** As in `objectiveMethod`. */
  readonly gradientNorms?: boolean;
  /** As in `objectiveMethod`: instead of lambda, each position gets this multiple of the ground truth's gradient. */
  readonly gradientRatio?: number;
}

/**
 * SRKD (Gao et al., ACCV 2018). L = lambda_0 mean d(S(LR), HR) + sum_i lambda_i mean d(G(F_S,i), G(F_T,i)), Adam; d absolute or squared
 * differences, F_S,i and F_T,i features of student and frozen teacher at position i, G a statistic over their channels, so that no adapter is
 * needed. The teacher's output does not enter; without positions a step needs no teacher at all. Throws RangeError for no statistics, and at the
 * first step for taps that the networks do not have.
 */
export const srkd = defineMethod({
  id: 'srkd',
  title: 'Channel-statistic distillation (SRKD)',
  source: 'Gao et al., ACCV 2018',
  method(options: SrkdOptions) {
    const {
      student,
      teacher,
      reconstructionWeight,
      reconstructionNorm = 'l1',
      statistics,
      norm,
      start,
      gradientNorms,
      gradientRatio,
    } = options;
    if (statistics.length === 0) throw new RangeError('SRKD needs at least one channel statistic');
    const positions = options.positions.filter(({ weight }) => weight !== 0);
    const studentTaps = positions.map(({ studentTap }) => studentTap);
    const teacherTaps = positions.map(({ teacherTap }) => teacherTap);

    return objectiveMethod({
      network: student,
      taps: studentTaps,
      ...(start && { start }),
      ...(gradientNorms !== undefined && { gradientNorms }),
      ...(gradientRatio !== undefined && { gradientRatio }),

      targets: ({ lr }) => (positions.length === 0 ? [] : featuresAt(teacherPass(teacher, lr, teacherTaps), teacherTaps)),

      terms(pass, targets, { hr }) {
        const reconstruction = featureDistance(pass.output, hr, reconstructionNorm);
        const terms: Record<string, Term> = { reconstruction: { weight: reconstructionWeight, value: reconstruction } };
        featuresAt(pass, studentTaps).forEach((feature, i) => {
          const losses = statistics.map((statistic) => channelStatisticLoss(feature, targets[i] as typeof feature, statistic, norm));
          terms[`features ${studentTaps[i]}`] = { weight: positions[i]?.weight as number, value: mean(losses) };
        });
        return terms;
      },
    });
  },
});

function mean(values: readonly Scalar[]): Scalar {
  const sum = values.reduce((a, b) => tf.add(a, b));
  return values.length === 1 ? sum : tf.div(sum, values.length);
}
