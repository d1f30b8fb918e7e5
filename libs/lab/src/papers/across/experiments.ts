import type { DirectionClaim } from '../../claim';
import type { Datasets } from '../../paper';
import type { Recipe, Tier } from '../../recipe';
import type { Experiment, ExperimentArm } from '../../result';
import { acrossArms } from './recipes';
import { ACROSS_SCALE } from './settings';

/** The two controls that deflate most claims. */
const CONTROLS = { alone: 'alone', slice: 'teacher-slice' } as const;

/** Arms that claim to teach the student something, by what is said of them. */
const METHODS = {
  imitation: 'learning from the teacher’s output',
  'imitation-ensemble': 'learning from the output of the teacher’s self-ensemble',
  csd: 'CSD',
  srkd: 'SRKD, the square of the mean over channels',
  fakd: 'FAKD, spatial affinity and output',
  'feature-l2': 'FitNet-style feature matching',
  'attention-transfer': 'attention transfer',
  fsp: 'FSP, the flow between sections',
  vid: 'variational information distillation',
  pisr: 'PISR, start and VID',
  jdsr: 'JDSR, soft labels and a peer on superior LR',
  'deep-mutual-learning': 'deep mutual learning',
  'be-your-own-teacher': 'Be Your Own Teacher',
  pdd: 'the pairwise distances of PDD to the teacher',
} as const;

const row = (recipe: Recipe, label: string): ExperimentArm => ({ arm: recipe.arm, network: 'student', label, recipe });

export function acrossExperiments(tier: Tier, datasets: Datasets): readonly Experiment[] {
  const arms = acrossArms(tier, datasets);
  const { features } = arms;
  return [
    {
      id: 'ranking',
      title: `All methods, one student, x${ACROSS_SCALE}`,
      caption:
        'Every method trains the same network on the same patches for the same number of updates. Those that need something trained first (a wider teacher, PISR’s ' +
        'autoencoder, JDSR’s encoder) all give it the same number of updates too; the control "alone, total length" spends those on the student itself. ' +
        'The papers’ methods have their papers’ weights; FitNet, attention transfer, FSP and VID, which have none for these networks, have their ' +
        'gradient held at half of that of L1.',
      kind: 'ranking',
      controls: [CONTROLS.alone, CONTROLS.slice, 'alone-long'],
      arms: [
        row(arms.alone, 'Alone (control)'),
        row(arms.aloneLong, 'Alone, total length (control)'),
        row(arms.slice, 'Start from teacher slice, L1 only (control)'),
        row(arms.imitation, 'Output distillation'),
        row(arms.imitationSlice, 'Output distillation, start from teacher slice'),
        row(arms.ensemble, 'Output distillation, self-ensemble teacher'),
        row(arms.csd, 'CSD (starts from teacher slice)'),
        row(arms.srkd, 'SRKD'),
        row(arms.fakd, 'FAKD'),
        row(features['feature-l2'], 'FitNet'),
        row(features['attention-transfer'], 'Attention transfer'),
        row(features.fsp, 'FSP'),
        row(features.vid, 'VID'),
        row(arms.pisrStart, 'PISR: start from decoder, L1 only (control)'),
        row(arms.pisr, 'PISR'),
        row(arms.jdsr, 'JDSR'),
        row(arms.mutual, 'Deep mutual learning'),
        row(arms.ownTeacher, 'Be Your Own Teacher'),
        row(arms.pdd, 'PDD’s distances'),
        { arm: arms.teacher.arm, network: 'teacher', label: 'The teacher', recipe: arms.teacher },
      ],
    },
  ];
}

const student = (arm: string) => ({ arm, network: 'student' });

/** Whether each method beats either control. Nobody published these; they are what the papers have in common. */
export const ACROSS_DIRECTIONS: readonly DirectionClaim[] = Object.entries(METHODS).flatMap(([arm, name]) =>
  [
    { control: CONTROLS.alone, than: 'the student alone' },
    { control: CONTROLS.slice, than: 'a student that only starts from the teacher' },
  ].map(({ control, than }) => ({
    id: `across/${arm}/over/${control}`,
    paper: 'across',
    table: 'ours',
    statement: `Better than ${than}, trained as long: ${name}.`,
    experiment: 'ranking',
    better: student(arm),
    worse: student(control),
    metric: 'psnr',
    scale: ACROSS_SCALE,
    published: null,
    source: 'no paper makes this comparison; it is what each of them claims of its own networks',
    verified: true,
  })),
);
