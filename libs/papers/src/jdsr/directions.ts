import type { ArmRef, DirectionClaim } from '@distillery/lab';
import type { JdsrArm } from './recipes';

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
