import { isEvidence, row, type Datasets, type DirectionClaim, type Experiment, type ExperimentArm, type Tier } from '@distillery/lab';
import { acrossArms, type AcrossArm } from './recipes';
import { ACROSS_SCALE } from './settings';
import { TUNABLE, TUNED, TUNING_SEED, WEIGHT_FACTORS, type TunableArm } from './weights';

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
} as const satisfies Record<TunableArm, string>;

/** As figures name them. */
const TITLES: Readonly<Record<TunableArm, string>> = {
  imitation: 'Output distillation',
  'imitation-ensemble': 'Output distillation, self-ensemble teacher',
  csd: 'CSD (starts from teacher slice)',
  srkd: 'SRKD',
  'srkd-mean': 'SRKD’s mean, balanced',
  fakd: 'FAKD',
  'feature-l2': 'FitNet',
  'attention-transfer': 'Attention transfer',
  fsp: 'FSP',
  vid: 'VID',
  pisr: 'PISR',
  jdsr: 'JDSR',
  'deep-mutual-learning': 'Deep mutual learning',
  'be-your-own-teacher': 'Be Your Own Teacher',
  pdd: 'PDD’s distances',
};

type Arms = ReturnType<typeof acrossArms>;

/** Every method at five weights, with a seed of its own. Where nothing is judged there is nothing to tune. */
function tuning(arms: Arms, tier: Tier): Experiment[] {
  if (!isEvidence(tier)) return [];
  return [
    {
      id: 'tuning',
      title: `The weight of every method, x${ACROSS_SCALE}`,
      caption:
        `Each method’s own terms at five weights over two decades around the paper’s, one run each, seed ${TUNING_SEED}, which no result uses. The weight of the student that ` +
        'ends highest on the validation set is the method’s tuned one; scores on benchmarks, drawn here, choose nothing.',
      kind: 'sweep',
      xTitle: 'factor of the paper’s weight',
      seeds: [TUNING_SEED],
      arms: TUNABLE.flatMap((of) =>
        WEIGHT_FACTORS.map((factor) => ({ ...row(arms.tuning(of, factor), `${TITLES[of]}, ${factor}`), x: factor, series: TITLES[of] })),
      ),
    },
  ];
}

/** The ranking once more, every method at its tuned weight. */
function tunedRanking(arms: Arms): Experiment[] {
  const tuned = TUNABLE.flatMap((of) => {
    const recipe = arms.tuned(of);
    return recipe ? [row(recipe, TITLES[of])] : [];
  });
  if (tuned.length === 0) return [];
  return [
    {
      id: 'ranking-tuned',
      title: `All methods at their tuned weights, one student, x${ACROSS_SCALE}`,
      caption:
        'As above, each method’s own terms at the weight that the experiment “The weight of every method” chose on the validation set.',
      kind: 'ranking',
      controls: Object.keys(CONTROLS),
      arms: [...controlRows(arms), ...tuned],
    },
  ];
}

function controlRows(arms: Arms): ExperimentArm[] {
  return [
    row(arms.alone, 'Alone (control)'),
    row(arms.aloneLong, 'Alone, total length (control)'),
    row(arms.slice, 'Start from teacher slice, L1 only (control)'),
  ];
}

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
        ...controlRows(arms),
        row(arms.imitation, TITLES.imitation),
        row(arms.imitationSlice, 'Output distillation, start from teacher slice'),
        row(arms.ensemble, TITLES['imitation-ensemble']),
        row(arms.csd, TITLES.csd),
        row(arms.srkd, TITLES.srkd),
        row(arms.srkdMean, TITLES['srkd-mean']),
        row(arms.fakd, TITLES.fakd),
        row(features['feature-l2'], TITLES['feature-l2']),
        row(features['attention-transfer'], TITLES['attention-transfer']),
        row(features.fsp, TITLES.fsp),
        row(features.vid, TITLES.vid),
        row(arms.pisrStart, 'PISR: start from decoder, L1 only (control)'),
        row(arms.pisr, TITLES.pisr),
        row(arms.jdsr, TITLES.jdsr),
        row(arms.mutual, TITLES['deep-mutual-learning']),
        row(arms.ownTeacher, TITLES['be-your-own-teacher']),
        row(arms.pdd, TITLES.pdd),
        row(arms.teacher, 'The teacher', 'teacher'),
      ],
    },
    ...tuning(arms, tier),
    ...tunedRanking(arms),
  ];
}

const student = (arm: AcrossArm) => ({ arm, network: 'student' });

function keysOf<Key extends string>(record: Readonly<Record<Key, unknown>>): Key[] {
  return Object.keys(record) as Key[];
}

const direction = (better: AcrossArm, worse: AcrossArm, statement: string, experiment = 'ranking'): DirectionClaim<AcrossArm> => ({
  id: `across/${better}/over/${worse}`,
  paper: 'across',
  table: 'ours',
  statement,
  experiment,
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
  ...(Object.keys(TUNED).length > 0 ? TUNABLE : []).flatMap((of) =>
    keysOf(CONTROLS).map((control) =>
      direction(`${of}-tuned`, control, `Better than ${CONTROLS[control]}, at its tuned weight: ${METHODS[of]}.`, 'ranking-tuned'),
    ),
  ),
  direction('teacher-slice', 'alone', 'A start from the teacher’s slice alone, without distillation, helps.'),
  direction('alone-long', 'alone', 'Longer training alone helps.'),
  direction('pisr', 'pisr-start', 'VID at PISR’s weight adds to the start from the decoder.'),
  direction('fakd', 'imitation', 'FAKD’s affinity adds to distillation of the output.'),
  direction('csd', 'imitation-slice', 'CSD beats distillation of the output from the same start.'),
];
