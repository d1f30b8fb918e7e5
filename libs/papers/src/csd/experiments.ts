import { row, type Datasets, type Experiment, type ExperimentArm, type Recipe, type Tier } from '@distillery/lab';
import { csdArms } from './recipes';

type Arms = ReturnType<typeof csdArms>;

/** Table 1, and the controls that the published table lacks. */
function tableOne(arms: Arms, scale: 2 | 4): Experiment {
  return {
    id: `table1-x${scale}`,
    title: `Table 1, x${scale}: does contrastive self-distillation improve the slim student?`,
    caption:
      'The slim student (0.25 of the channels) trained alone, jointly with its teacher (J-T1), and with the contrastive term (CSD), beside the ' +
      'full-width teacher. Two controls of ours stand next to them: the student started from the slice of the pretrained teacher and trained ' +
      'with plain L1 (issue 9 of the authors’ repository), and the student trained alone for as long as pretraining and distillation together.',
    kind: 'table',
    arms: [
      row(arms.baseline, 'Student alone'),
      row(arms.baselineLong, 'Student alone, total length (control)'),
      row(arms.sliceL1, 'Student from teacher slice, L1 only (control)'),
      row(arms.jt1, 'Student, joint training (J-T1)'),
      row(arms.csd, 'Student, CSD'),
      row(arms.teacher, 'Teacher alone', 'teacher'),
      row(arms.jt1, 'Teacher, joint training (J-T1)', 'teacher'),
      row(arms.csd, 'Teacher, CSD', 'teacher'),
    ],
  };
}

/** Figure 6: the number of negatives, with the loss weight confounded (sum) and disentangled (mean). */
function negatives(arms: Arms): Experiment {
  const at = (recipe: Recipe, series: string, x: number, label: string): ExperimentArm => ({ ...row(recipe, label), x, series });
  const counts = [1, 2, 4, 8, 10];
  const series = (denominator: 'sum' | 'mean', name: string) =>
    counts.map((k) => at(arms.negatives(k, denominator), name, k, `K = ${k}, ${name}`));
  return {
    id: 'negatives',
    title: 'Figure 6, x4: how many negatives?',
    caption:
      'The released loss sums the distances to the K negatives without dividing by K, so at a fixed weight more negatives also mean a weaker ' +
      'contrastive term. The averaged series keeps the weight. At K = 0 the summed form loses its denominator altogether; the averaged form ' +
      'keeps the ten-negative mean as a constant, so that only the repulsion is gone.',
    kind: 'sweep',
    xTitle: 'number of negatives K',
    arms: [
      at(arms.attractionOnly('none'), 'summed', 0, 'K = 0, no denominator'),
      ...series('sum', 'summed'),
      at(arms.attractionOnly('constant'), 'averaged', 0, 'K = 0, constant denominator'),
      ...series('mean', 'averaged'),
    ],
  };
}

/** Table 2: what the student is drawn to. */
function positives(arms: Arms): Experiment {
  return {
    id: 'positives',
    title: 'Table 2, x4: teacher output or ground truth as the positive?',
    caption:
      'The paper reports that the ground truth is the worse positive, and that without negatives it falls below plain training. ' +
      'Without negatives the released form changes its weight as well; the constant-denominator arms keep it.',
    kind: 'table',
    arms: [
      row(arms.baseline, 'Student alone'),
      row(arms.jt1, 'No contrastive term (J-T1)'),
      row(arms.csd, 'Teacher output, ten negatives (CSD)'),
      row(arms.attractionOnly('none'), 'Teacher output, no negatives'),
      row(arms.attractionOnly('constant'), 'Teacher output, no negatives, weight kept'),
      row(arms.gtPositive, 'Ground truth, ten negatives'),
      row(arms.gtPositiveOnly('none'), 'Ground truth, no negatives'),
      row(arms.gtPositiveOnly('constant'), 'Ground truth, no negatives, weight kept'),
    ],
  };
}

/** Figure 4: quality against what the width costs. */
function width(arms: Arms): Experiment {
  const at = (recipe: Recipe, network: string, series: string, x: number): ExperimentArm => ({
    ...row(recipe, `${series}, width ${x}`, network),
    x,
    series,
  });
  return {
    id: 'width',
    title: 'Figure 4, x4: quality against width',
    caption:
      'Students of width 0.25, 0.5 and 0.75, distilled and trained alone, and the teacher (width 1), against parameters, multiply-adds and measured latency.',
    kind: 'tradeoff',
    arms: [
      at(arms.csd, 'student', 'CSD', 0.25),
      at(arms.width(0.5), 'student', 'CSD', 0.5),
      at(arms.width(0.75), 'student', 'CSD', 0.75),
      at(arms.csd, 'teacher', 'CSD', 1),
      at(arms.baseline, 'student', 'alone', 0.25),
      at(arms.baselineWidth(0.5), 'student', 'alone', 0.5),
      at(arms.baselineWidth(0.75), 'student', 'alone', 0.75),
      at(arms.teacher, 'teacher', 'alone', 1),
    ],
  };
}

export function csdExperiments(tier: Tier, datasets: Datasets): readonly Experiment[] {
  const x4 = csdArms(tier, 4, datasets);
  return [tableOne(csdArms(tier, 2, datasets), 2), tableOne(x4, 4), negatives(x4), positives(x4), width(x4)];
}
