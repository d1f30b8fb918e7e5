import { row, type Datasets, type DirectionClaim, type Experiment, type Tier } from '@distillery/lab';
import { acrossArms, type AcrossArm } from './recipes';
import { ACROSS_SCALE } from './settings';

/** The controls that deflate most claims, and what each shows. */
const CONTROLS = {
  alone: 'the student alone, with as many updates',
  'teacher-slice': 'the student that starts from the teacher and learns from L1 alone',
  'alone-long': 'the student alone, with as many updates as teacher and student have together',
} as const;

/** Arms that claim to teach the student something, by what is said of them. */
const METHODS = {
  imitation: 'learning from the teacher’s output',
  'imitation-ensemble': 'learning from the output of the teacher’s self-ensemble',
  csd: 'CSD',
  srkd: 'SRKD, the square of the mean over channels',
  'srkd-mean': 'SRKD, the mean over channels, at the share of the gradient that the relatives have',
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

export function acrossExperiments(tier: Tier, datasets: Datasets): readonly Experiment[] {
  const arms = acrossArms(tier, datasets);
  const { features } = arms;
  return [
    {
      id: 'ranking',
      title: `All methods, one student, x${ACROSS_SCALE}`,
      caption:
        'Every method trains the same network on the same patches, from the same draw of parameters unless it says otherwise, for the same number of updates. Those that ' +
        'need something trained first (a wider teacher, PISR’s autoencoder, JDSR’s encoder) give it the same number of updates too; the control "alone, total length" spends ' +
        'those on the student itself. Weights are the papers’, on networks that are not: CSD’s, SRKD’s (2; 1, 1), FAKD’s alpha and beta at three depths, ' +
        'PISR’s 1e-6, JDSR’s. FitNet, attention transfer, FSP and VID have their gradient held at half of that of L1. Deep mutual learning weighs the other network ' +
        'by 0.1, our choice. Of PDD the two distances alone, beside its wavelet L1 and its optimiser, without perceptual and adversarial terms; the target domain is other ' +
        'patches of the same set, so nothing there needs adapting to. No features here end in a ReLU, as SRKD’s do: its square is therefore joined by the plain mean.',
      kind: 'ranking',
      controls: Object.keys(CONTROLS),
      arms: [
        row(arms.alone, 'Alone (control)'),
        row(arms.aloneLong, 'Alone, total length (control)'),
        row(arms.slice, 'Start from teacher slice, L1 only (control)'),
        row(arms.imitation, 'Output distillation'),
        row(arms.imitationSlice, 'Output distillation, start from teacher slice'),
        row(arms.ensemble, 'Output distillation, self-ensemble teacher'),
        row(arms.csd, 'CSD (starts from teacher slice)'),
        row(arms.srkd, 'SRKD'),
        row(arms.srkdMean, 'SRKD’s mean, balanced'),
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
        row(arms.teacher, 'The teacher', 'teacher'),
      ],
    },
  ];
}

const student = (arm: AcrossArm) => ({ arm, network: 'student' });

function keysOf<Key extends string>(record: Readonly<Record<Key, unknown>>): Key[] {
  return Object.keys(record) as Key[];
}

const direction = (better: AcrossArm, worse: AcrossArm, statement: string): DirectionClaim<AcrossArm> => ({
  id: `across/${better}/over/${worse}`,
  paper: 'across',
  table: 'ours',
  statement,
  experiment: 'ranking',
  better: student(better),
  worse: student(worse),
  metric: 'psnr',
  scale: ACROSS_SCALE,
  published: null,
  source: 'no paper makes this comparison; it is what each of them claims of its own networks',
  verified: true,
});

/** Whether each method beats the controls, and what stands apart from its paper's idea. Nobody published these; they are what the papers have in common. */
export const ACROSS_DIRECTIONS: readonly DirectionClaim<AcrossArm>[] = [
  ...keysOf(METHODS).flatMap((arm) =>
    keysOf(CONTROLS).map((control) => direction(arm, control, `Better than ${CONTROLS[control]}: ${METHODS[arm]}.`)),
  ),
  direction('teacher-slice', 'alone', 'A start from the teacher’s slice alone, without distillation, helps.'),
  direction('alone-long', 'alone', 'Longer training alone helps.'),
  direction('pisr', 'pisr-start', 'VID at PISR’s weight adds to the start from the decoder.'),
  direction('fakd', 'imitation', 'FAKD’s affinity adds to distillation of the output.'),
  direction('csd', 'imitation-slice', 'CSD beats distillation of the output from the same start.'),
];
