import type { DirectionClaim } from '@distillery/lab';
import { FIGURE_4_SOURCE, TABLE_1_SOURCE, TABLE_2_SOURCE } from './claims';
import { BENCHMARKS, FIGURE_4, printedWeights, STATISTIC_TITLES, TABLE_1, TABLE_2, type PublishedRow } from './published';
import { weightsArm, type LossWeights, type SrkdArm, type StatisticName } from './recipes';
import type { SrkdScale } from './settings';

const CONTROL = 'our control; the paper has no such arm';

/** Differences of published PSNRs (better minus worse) in dB, by benchmark. */
function gain(table: readonly PublishedRow[], scale: SrkdScale, better: SrkdArm, worse: SrkdArm): Record<string, number> {
  const row = (arm: SrkdArm): PublishedRow => {
    const found = table.find((candidate) => candidate.scale === scale && candidate.arm === arm);
    if (!found) throw new Error(`no published row of ${arm} at x${scale}`);
    return found;
  };
  const [high, low] = [row(better).psnr, row(worse).psnr];
  return Object.fromEntries(BENCHMARKS.map((dataset, i) => [dataset, Number(((high[i] as number) - (low[i] as number)).toFixed(2))]));
}

const ref = (arm: SrkdArm) => ({ arm, network: arm === 'teacher' ? 'teacher' : 'student' });

/** A published direction between two arms of a table. */
function published(
  source: Pick<DirectionClaim, 'table' | 'source' | 'experiment'> & { readonly rows: readonly PublishedRow[] },
  id: string,
  statement: string,
  [better, worse]: readonly [SrkdArm, SrkdArm],
  scale: SrkdScale = 3,
): DirectionClaim<SrkdArm> {
  const { rows, ...where } = source;
  return {
    ...where,
    id: `srkd/direction/${id}/x${scale}`,
    paper: 'srkd',
    statement,
    better: ref(better),
    worse: ref(worse),
    metric: 'psnr',
    scale,
    published: gain(rows, scale, better, worse),
    verified: true,
  };
}

function control(id: string, statement: string, [better, worse]: readonly [SrkdArm, SrkdArm], experiment: string): DirectionClaim<SrkdArm> {
  return {
    id: `srkd/direction/${id}/x3`,
    paper: 'srkd',
    table: 'Control',
    statement,
    experiment,
    better: ref(better),
    worse: ref(worse),
    metric: 'psnr',
    scale: 3,
    published: null,
    source: CONTROL,
    verified: true,
  };
}

function tableTwo(scale: SrkdScale): DirectionClaim<SrkdArm>[] {
  const table = { table: 'Table 2', source: TABLE_2_SOURCE, experiment: `table2-x${scale}`, rows: TABLE_2 };
  return [
    published(table, 'srkd-over-student', 'SRKD improves the student over training alone.', ['mean2', 'student'], scale),
    published(table, 'teacher-over-srkd', 'The teacher stays ahead of the distilled student.', ['teacher', 'mean2'], scale),
  ];
}

const figure4 = { table: 'Figure 4', source: FIGURE_4_SOURCE, experiment: 'figure4', rows: FIGURE_4 };
const table1 = { table: 'Table 1', source: TABLE_1_SOURCE, experiment: 'table1', rows: TABLE_1 };

/** Any statistic helps; (G_mean)^2 most, (G_mean)^4 and G_max least. */
function statistics(): DirectionClaim<SrkdArm>[] {
  const names = Object.keys(STATISTIC_TITLES) as StatisticName[];
  const least = ['mean4', 'max'] as const;
  return [
    ...names.map((name) =>
      published(figure4, `${name}-over-none`, `${STATISTIC_TITLES[name]} improves the student over none.`, [name, 'student']),
    ),
    ...(['mean', ...least] as const).map((name) =>
      published(figure4, `mean2-over-${name}`, `${STATISTIC_TITLES.mean2} is a better statistic than ${STATISTIC_TITLES[name]}.`, [
        'mean2',
        name,
      ]),
    ),
  ];
}

/** The last position hurts, unless the ground truth weighs more. */
function positions(): DirectionClaim<SrkdArm>[] {
  const weights = (reconstruction: number, ...taken: LossWeights['positions']): LossWeights => ({ reconstruction, positions: taken });
  const pairs: readonly (readonly [LossWeights, LossWeights])[] = [
    [weights(1, 1, 0, 0), weights(1, 1, 0, 1)],
    [weights(1, 0, 1, 0), weights(1, 0, 1, 1)],
    [weights(1, 1, 1, 0), weights(1, 1, 1, 1)],
  ];
  const [weak, strong] = [weights(1, 1, 1, 1), weights(3, 1, 1, 1)];
  return [
    ...pairs.map(([without, including]) =>
      published(
        table1,
        `without-last-${weightsArm(without)}`,
        `Leaving the last position out is better: ${printedWeights(without)} over ${printedWeights(including)}.`,
        [weightsArm(without), weightsArm(including)],
      ),
    ),
    published(
      table1,
      'strong-ground-truth',
      `With all positions a heavier ground truth is better: ${printedWeights(strong)} over ${printedWeights(weak)}.`,
      [weightsArm(strong), weightsArm(weak)],
    ),
  ];
}

export const DIRECTIONS: readonly DirectionClaim<SrkdArm>[] = [
  ...([2, 3, 4] as const).flatMap(tableTwo),
  ...statistics(),
  ...positions(),
  control('srkd-over-output', 'SRKD is better than distilling the output alone.', ['mean2', 'output-distillation'], 'controls'),
  control(
    'srkd-over-long',
    'SRKD is better than training the student alone for as long as teacher and student together.',
    ['mean2', 'student-long'],
    'controls',
  ),
  control(
    'srkd-over-random-teacher',
    'The teacher must have learned: SRKD is better than the same statistic of a teacher with random weights.',
    ['mean2', 'random-teacher'],
    'controls',
  ),
  control(
    'squared-srkd-over-student',
    'SRKD improves the student also where the ground truth is compared by squares.',
    ['mean2-mse', 'student-mse'],
    'controls',
  ),
  control(
    'output-over-student',
    'Distilling the output alone improves the student over training alone.',
    ['output-distillation', 'student'],
    'controls',
  ),
  control(
    'balanced-mean2-over-mean4',
    '(G_mean)^2 is better than (G_mean)^4 also where both have the same share of the gradient.',
    ['mean2-balanced', 'mean4-balanced'],
    'power',
  ),
  control(
    'balanced-mean2-over-mean',
    '(G_mean)^2 is better than G_mean also where both have the same share of the gradient.',
    ['mean2-balanced', 'mean-balanced'],
    'power',
  ),
  control(
    'mean2-over-attention',
    '(G_mean)^2, at no more than the ground truth’s gradient norm, is better than attention transfer at just that norm.',
    ['mean2-balanced', 'attention-transfer'],
    'relatives',
  ),
  control(
    'mean2-over-raw-features',
    '(G_mean)^2, which needs no adapter, at no more than the ground truth’s gradient norm, is better than raw features behind one at just that norm.',
    ['mean2-balanced', 'feature-l2'],
    'relatives',
  ),
  control(
    'together-over-mean2',
    'The four kinds of statistics together are better than (G_mean)^2 alone.',
    ['together', 'mean2'],
    'figure4',
  ),
];
