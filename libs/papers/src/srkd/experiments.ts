import { row, type Datasets, type Experiment, type ExperimentArm, type Recipe, type Tier } from '@distillery/lab';
import { printedWeights, STATISTIC_TITLES, WEIGHT_ROWS } from './published';
import { RELATIVES, type RelativeName } from './relatives';
import { srkdArms, type StatisticName } from './recipes';
import type { SrkdScale } from './settings';

type Arms = ReturnType<typeof srkdArms>;

const teacherRow = ({ teacher }: Arms): ExperimentArm => row(teacher, 'Teacher (TNSR)', 'teacher');
const studentRow = ({ student }: Arms): ExperimentArm => row(student, 'Student alone (SNSR)');

/** How much the terms weigh that a table is about; `share` is the range of their medians over its runs at the smoke tier. */
const gradientShare = (share: string): string =>
  'The norms of the terms’ gradients are logged in the training curves. That of each term on features is small beside the ground truth’s: at the ' +
  `smoke tier, in the median over a run, ${share} of it.`;

function tableTwo(arms: Arms, scale: SrkdScale): Experiment {
  return {
    id: `table2-x${scale}`,
    title: `Table 2, x${scale}: does the teacher's channel statistic improve the student?`,
    caption:
      'The student alone and with the squared channel mean of the teacher’s features, (G_mean)^2, under the best loss weights of Table 1; the teacher ' +
      'above. The paper’s bicubic rows are up to 0.1 dB off the usual ones, so gains compare better than levels: on Urban100 it reports ' +
      '+0.54 dB at x2, +0.48 dB at x3 and +0.23 dB at x4. ' +
      gradientShare('3% or less'),
    kind: 'table',
    arms: [studentRow(arms), row(arms.statistic('mean2'), `Student, ${STATISTIC_TITLES.mean2}`), teacherRow(arms)],
  };
}

function tableOne(arms: Arms): Experiment {
  return {
    id: 'table1',
    title: 'Table 1, x3: where should the features be matched, and how much?',
    caption:
      'Loss weights (lambda_0; lambda_1, lambda_2, lambda_3): the ground truth, and the student’s blocks 1, 2, 3 against the teacher’s 4, 7, 10, compared by ' +
      'G_mean. Under Adam only ratios of weights matter, so (2; 1,1,0) is (1; 1,1,0) with the features at half the weight. Rows differ in ' +
      'both positions and weight, and two printed rows have the same four numbers. ' +
      gradientShare('2% to 12%'),
    kind: 'table',
    arms: [studentRow(arms), ...WEIGHT_ROWS.map(({ weights }) => row(arms.weights(weights), printedWeights(weights))), teacherRow(arms)],
  };
}

function figureFour(arms: Arms): Experiment {
  const names = Object.keys(STATISTIC_TITLES) as StatisticName[];
  return {
    id: 'figure4',
    title: 'Figure 4, x3: which statistic of the channels?',
    caption:
      'Every statistic under the weights (2; 1,1,0), and none. The four kinds together, which the paper does not try: the mean of the four losses. ' +
      'A power changes the size of the features, and so the weight of the term: see the sweep over powers.',
    kind: 'table',
    arms: [
      row(arms.student, 'None: student alone'),
      ...names.map((name) => row(arms.statistic(name), STATISTIC_TITLES[name])),
      row(arms.together, 'Four kinds together'),
    ],
  };
}

const POWERS: readonly StatisticName[] = ['mean', 'mean2', 'mean3', 'mean4'];

function powers(arms: Arms): Experiment {
  const series = (name: string, recipe: (statistic: StatisticName) => Recipe): ExperimentArm[] =>
    POWERS.map((statistic, i) => ({ ...row(recipe(statistic), `${STATISTIC_TITLES[statistic]}, ${name}`), x: i + 1, series: name }));
  return {
    id: 'power',
    title: 'Figure 4 taken apart, x3: the power of the mean, or its weight?',
    caption:
      '(G_mean)^p at the paper’s fixed weights, where the gradient of the term grows or shrinks with p, and at a balanced gradient, where at each step ' +
      'every position gets half of the ground truth’s gradient norm whatever p is. The norms are among the training curves (before balancing).',
    kind: 'sweep',
    xTitle: 'power p of (G_mean)^p',
    arms: [
      ...series('fixed weight', arms.statistic),
      ...series('balanced gradient', arms.balanced),
      { ...studentRow(arms), series: 'student alone' },
    ],
  };
}

function controls(arms: Arms): Experiment {
  return {
    id: 'controls',
    title: 'Controls, x3: is it the statistic, and is it the teacher?',
    caption:
      'What the paper lacks: plain training for as long as teacher and student took together, distillation of the teacher’s output alone ' +
      '(half of the L1 term), the same statistic of a teacher with random weights, and the other ' +
      'readings of an unstated loss: L1 between statistics; or squared differences to the ground truth as well, which would be usual in 2018. That ' +
      'one is to be compared with the student alone on squared differences.',
    kind: 'table',
    arms: [
      studentRow(arms),
      row(arms.studentLong, 'Student alone, total length'),
      row(arms.outputDistillation, 'Student, output distillation'),
      row(arms.statistic('mean2'), `Student, ${STATISTIC_TITLES.mean2}`),
      row(arms.l1, `Student, ${STATISTIC_TITLES.mean2}, L1 between statistics`),
      row(arms.studentSquared, 'Student alone, squared ground truth'),
      row(arms.squared, `Student, ${STATISTIC_TITLES.mean2}, squared ground truth`),
      row(arms.randomTeacher, `Student, ${STATISTIC_TITLES.mean2} of a random teacher`),
      teacherRow(arms),
    ],
  };
}

const RELATIVE_LABELS: Readonly<Record<RelativeName, string>> = {
  'attention-transfer': 'Attention transfer',
  'feature-l2': 'Raw features behind adapters (FitNet)',
  fsp: 'FSP behind adapters',
  vid: 'Variational information',
};

function relatives(arms: Arms): Experiment {
  return {
    id: 'relatives',
    title: 'Relatives, x3: what else the student can take from the same features',
    caption:
      'Other ways to compare the same two positions: attention transfer, which is (G^2)_mean of a map divided by its norm over the pixels; and three that ' +
      'compare channels one by one, behind trained adapters. The paper compares with none of them. Step by step, their term gets a gradient of ' +
      'exactly the ground truth’s norm. The two positions of (G_mean)^2 get half of it each: together at most as much, where both point the same way, ' +
      'and 0.71 of it where they are orthogonal.',
    kind: 'table',
    arms: [
      studentRow(arms),
      row(arms.balanced('mean2'), `${STATISTIC_TITLES.mean2}, balanced gradient`),
      ...RELATIVES.map((form) => row(arms.relative(form), RELATIVE_LABELS[form])),
    ],
  };
}

export function srkdExperiments(tier: Tier, datasets: Datasets): readonly Experiment[] {
  const at = (scale: SrkdScale) => srkdArms(tier, scale, datasets);
  const x3 = at(3);
  return [tableTwo(at(2), 2), tableTwo(x3, 3), tableTwo(at(4), 4), tableOne(x3), figureFour(x3), powers(x3), relatives(x3), controls(x3)];
}
