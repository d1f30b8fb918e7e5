import type { ArmRef, Claim, DirectionClaim } from '@distillery/lab';
import type { JdsrArm } from './recipes';

const OWN = 'the baseline’s own paper or code';
const CARN_TABLE = 'the comparison table of CARN’s paper, not the baseline’s own';
const DATASETS = ['Set5', 'Set14', 'BSD100', 'Urban100', 'Manga109'] as const;
type Score = readonly [psnr: number, ssim: number];

/** x4 scores of networks trained without distillation, PSNR in dB and SSIM: what a JDSR row would have to beat. FSRCNN, VDSR and CARN have no Manga109 here. */
const BASELINE_ROWS: readonly { readonly row: string; readonly source: string; readonly scores: readonly Score[] }[] = [
  {
    row: 'IMDN',
    source: OWN,
    scores: [
      [32.21, 0.8948],
      [28.58, 0.7811],
      [27.56, 0.7353],
      [26.04, 0.7838],
      [30.45, 0.9075],
    ],
  },
  {
    row: 'PAN',
    source: OWN,
    scores: [
      [32.131149, 0.894811],
      [28.610749, 0.782151],
      [27.591421, 0.736271],
      [26.106035, 0.785436],
      [30.514452, 0.909515],
    ],
  },
  {
    row: 'FSRCNN',
    source: CARN_TABLE,
    scores: [
      [30.71, 0.8657],
      [27.59, 0.7535],
      [26.98, 0.715],
      [24.62, 0.728],
    ],
  },
  {
    row: 'VDSR',
    source: CARN_TABLE,
    scores: [
      [31.35, 0.8838],
      [28.01, 0.7674],
      [27.29, 0.7251],
      [25.18, 0.7524],
    ],
  },
  {
    row: 'CARN',
    source: OWN,
    scores: [
      [32.13, 0.8937],
      [28.6, 0.7806],
      [27.58, 0.7349],
      [26.07, 0.7837],
    ],
  },
];

function baselines(): Claim<JdsrArm>[] {
  return BASELINE_ROWS.flatMap(({ row, source, scores }) =>
    scores.flatMap((score, d) =>
      (['psnr', 'ssim'] as const).map((metric, m): Claim<JdsrArm> => {
        const dataset = DATASETS[d] as string;
        return {
          id: `jdsr/baselines/${row.toLowerCase()}/x4/${dataset}/${metric}`,
          paper: 'jdsr',
          table: 'Baselines, x4',
          row: `${row}, not distilled`,
          network: 'student',
          dataset,
          scale: 4,
          metric,
          value: score[m] as number,
          protocol: 'y-border-scale',
          selfEnsemble: false,
          source,
          verified: true,
        };
      }),
    ),
  );
}

/** The paper's own table, of which nothing could be read. */
function notReadable(): Claim<JdsrArm>[] {
  return DATASETS.map((dataset) => ({
    id: `jdsr/main/student/x4/${dataset}/psnr`,
    paper: 'jdsr',
    table: 'Main results, x4',
    row: 'A student trained by JDSR',
    experiment: 'staircase',
    arm: 'jdsr',
    network: 'student',
    dataset,
    scale: 4,
    metric: 'psnr',
    value: null,
    protocol: 'y-border-scale',
    selfEnsemble: false,
    source: 'the paper, which could not be read',
    verified: false,
  }));
}

export const CLAIMS: readonly Claim<JdsrArm>[] = [...notReadable(), ...baselines()];

const ABSTRACT = 'the abstract';
const OUTLINE = 'the abstract’s account of the method; the ablations could not be read';
const CHECK = 'a check of ours; the paper’s ablations could not be read';

const of = (arm: JdsrArm, network = 'student'): ArmRef<JdsrArm> => ({ arm, network });

interface Stated {
  readonly id: string;
  readonly table?: string;
  readonly statement: string;
  readonly experiment: string;
  readonly better: ArmRef<JdsrArm>;
  readonly worse: ArmRef<JdsrArm>;
  readonly within?: number;
  readonly source: string;
}

const STATED: readonly Stated[] = [
  {
    id: 'superior-over-bicubic',
    table: 'Abstract',
    statement: 'The peer restores HR better from superior LR than from bicubic LR.',
    experiment: 'superior-lr',
    better: of('peer-superior', 'peer'),
    worse: of('peer-bicubic', 'teacher'),
    source: ABSTRACT,
  },
  {
    id: 'peer-comparable-to-large',
    table: 'Abstract',
    statement: 'The small peer on superior LR is as good as a several times larger network on bicubic LR (0.1 dB).',
    experiment: 'superior-lr',
    better: of('peer-superior', 'peer'),
    worse: of('large-bicubic', 'teacher'),
    within: 0.1,
    source: ABSTRACT,
  },
  {
    id: 'peer-at-least-large',
    statement: 'The small peer on superior LR beats a several times larger network on bicubic LR.',
    experiment: 'superior-lr',
    better: of('peer-superior', 'peer'),
    worse: of('large-bicubic', 'teacher'),
    source: CHECK,
  },
  {
    id: 'small-imitation-helps-peer',
    statement: 'The less superior LR has to look like bicubic LR, the better the peer: weight 0.01 against 10.',
    experiment: 'imitation-weight',
    better: of('no-threshold-w0.01', 'peer'),
    worse: of('no-threshold-w10', 'peer'),
    source: CHECK,
  },
  {
    id: 'large-imitation-removes-privilege',
    statement: 'Under imitation weight 10 the peer is as good as on bicubic LR (0.1 dB).',
    experiment: 'imitation-weight',
    better: of('no-threshold-w10', 'peer'),
    worse: of('peer-bicubic', 'teacher'),
    within: 0.1,
    source: CHECK,
  },
  {
    id: 'imitation-bridges-gap',
    statement: 'The student learns more beside a peer whose LR resembles its own: imitation weight 1 against 0.01.',
    experiment: 'imitation-weight',
    better: of('no-threshold'),
    worse: of('no-threshold-w0.01'),
    source: CHECK,
  },
  {
    id: 'intermediate-over-alone',
    statement: 'Supervising the shallow exits by HR improves the student.',
    experiment: 'staircase',
    better: of('intermediate'),
    worse: of('alone'),
    source: OUTLINE,
  },
  {
    id: 'labels-over-intermediate',
    statement: 'Soft labels improve it further.',
    experiment: 'staircase',
    better: of('soft-labels'),
    worse: of('intermediate'),
    source: OUTLINE,
  },
  {
    id: 'mutual-over-labels',
    statement: 'Mutual learning with the peer improves it further.',
    experiment: 'staircase',
    better: of('jdsr'),
    worse: of('soft-labels'),
    source: OUTLINE,
  },
  {
    id: 'joint-over-mutual',
    statement: 'Joint distillation beats mutual learning without soft labels.',
    experiment: 'staircase',
    better: of('jdsr'),
    worse: of('mutual-only'),
    source: OUTLINE,
  },
  {
    id: 'joint-over-alone',
    table: 'Abstract',
    statement: 'Joint distillation improves the student over training alone.',
    experiment: 'staircase',
    better: of('jdsr'),
    worse: of('alone'),
    source: ABSTRACT,
  },
  {
    id: 'joint-over-equal-updates',
    statement:
      'Joint distillation improves the student over training alone with as many updates as encoder, peer and student have together.',
    experiment: 'staircase',
    better: of('jdsr'),
    worse: of('alone-long'),
    source: CHECK,
  },
  {
    id: 'labels-help-shallow-exit',
    statement: 'Soft labels improve the shallowest exit.',
    experiment: 'soft-labels',
    better: of('soft-labels', 'exit-1'),
    worse: of('intermediate', 'exit-1'),
    source: CHECK,
  },
  {
    id: 'meta-over-deepest',
    statement: 'Labels of the meta-trained generator beat the deepest exit as label.',
    experiment: 'soft-labels',
    better: of('soft-labels'),
    worse: of('soft-labels-deepest'),
    source: OUTLINE,
  },
  {
    id: 'meta-over-first-order',
    statement: 'A generator trained through the virtual step beats one trained directly towards HR.',
    experiment: 'soft-labels',
    better: of('soft-labels'),
    worse: of('soft-labels-first-order'),
    source: CHECK,
  },
  {
    id: 'meta-over-untrained',
    statement: 'A generator trained through the virtual step beats one that L1 leaves untrained.',
    experiment: 'soft-labels',
    better: of('soft-labels'),
    worse: of('soft-labels-l1'),
    source: CHECK,
  },
  {
    id: 'balance-helps',
    statement: 'Curriculum and threshold keep the peer within reach: with both, the student is better than with neither.',
    experiment: 'mutual-learning',
    better: of('jdsr'),
    worse: of('no-curriculum-no-threshold'),
    source: OUTLINE,
  },
  {
    id: 'curriculum-helps',
    statement: 'The curriculum improves the student.',
    experiment: 'mutual-learning',
    better: of('jdsr'),
    worse: of('no-curriculum'),
    source: OUTLINE,
  },
  {
    id: 'threshold-helps',
    statement: 'The gap threshold improves the student.',
    experiment: 'mutual-learning',
    better: of('jdsr'),
    worse: of('no-threshold'),
    source: OUTLINE,
  },
  {
    id: 'unbalanced-does-not-help',
    statement: 'Without curriculum and threshold mutual learning stops helping: the student is as good as without a peer (0.05 dB).',
    experiment: 'mutual-learning',
    better: of('no-curriculum-no-threshold'),
    worse: of('soft-labels'),
    within: 0.05,
    source: CHECK,
  },
  {
    id: 'threshold-holds-peer',
    statement: 'Without the gap threshold the peer runs further ahead.',
    experiment: 'mutual-learning',
    better: of('no-threshold', 'peer'),
    worse: of('jdsr', 'peer'),
    source: CHECK,
  },
  {
    id: 'distance-matters-little',
    statement: 'L1 and squared difference between the outputs do equally well at weight 0.001 (0.05 dB).',
    experiment: 'mutual-learning',
    better: of('mutual-l2'),
    worse: of('jdsr'),
    within: 0.05,
    source: CHECK,
  },
  {
    id: 'joint-over-output',
    statement: 'Joint distillation beats distilling the output of a larger network that was trained first.',
    experiment: 'relatives',
    better: of('jdsr'),
    worse: of('output-distillation'),
    source: CHECK,
  },
  {
    id: 'joint-over-mutual-learning',
    statement: 'Joint distillation beats Deep Mutual Learning on the same student.',
    experiment: 'relatives',
    better: of('jdsr'),
    worse: of('deep-mutual-learning'),
    source: CHECK,
  },
  {
    id: 'joint-over-own-teacher',
    statement: 'Joint distillation beats Be Your Own Teacher on the same student.',
    experiment: 'relatives',
    better: of('jdsr'),
    worse: of('be-your-own-teacher'),
    source: CHECK,
  },
];

export const DIRECTIONS: readonly DirectionClaim<JdsrArm>[] = STATED.map(({ id, table, source, ...claim }) => ({
  ...claim,
  id: `jdsr/direction/${id}`,
  paper: 'jdsr',
  table: table ?? 'Ablations (not readable)',
  metric: 'psnr',
  scale: 4,
  published: null,
  source,
  verified: source === ABSTRACT,
}));
