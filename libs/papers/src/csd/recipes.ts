import { CSD_CONTRAST_WEIGHT, type Denominator } from '@distillery/distill';
import { cosineSchedule, setsOf, type Datasets, type Recipe, type Tier } from '@distillery/lab';
import { CSD_SETTINGS, csdSchedule } from './settings';

/** The contrastive term of an arm, as it stands in its recipe. */
export interface ContrastOptions {
  readonly [option: string]: string | number;
  readonly weight: number;
  readonly positive: 'teacher' | 'ground-truth';
  readonly negatives: number;
  readonly denominator: Denominator;
}

/** The released contrastive term: the teacher's output against ten negatives, summed. */
export const RELEASED_CONTRAST: ContrastOptions = { weight: CSD_CONTRAST_WEIGHT, positive: 'teacher', negatives: 10, denominator: 'sum' };

/** The arms of CSD at one scale and tier, as recipes. */
export function csdArms(tier: Tier, scale: 2 | 4, datasets: Datasets) {
  const settings = CSD_SETTINGS[tier];
  const { teacher } = settings;

  const common = {
    paper: 'csd',
    scale,
    tier,
    data: { ...setsOf(datasets), patch: settings.patch[scale], batch: settings.batch, channels: 3 },
  } as const;
  const { last, learningRate } = settings;

  const pretrain: Recipe = {
    ...common,
    arm: 'pretrain',
    method: { name: 'plain', ...teacher, role: 'teacher', width: 1 },
    schedule: csdSchedule(settings, settings.pretrain),
    startFrom: null,
    evaluate: { networks: [], selfEnsemble: false },
  };

  /** Plain L1 training at a width: from scratch, or from the (slice of the) pretrained teacher. */
  const plain = (arm: string, width: number, start: 'scratch' | 'pretrained', steps = settings.steps): Recipe => ({
    ...common,
    arm,
    method: { name: 'plain', ...teacher, role: width === 1 ? 'teacher' : 'student', width },
    schedule: csdSchedule(settings, steps),
    startFrom: start === 'pretrained' ? pretrain : null,
    evaluate: { networks: [width === 1 ? 'teacher' : 'student'], selfEnsemble: true },
  });

  const together = (width: number, contrast: ContrastOptions | null) => ({ name: 'csd', ...teacher, width, teacherWeight: 1, contrast });

  /** Joint training without the contrastive term, from the pretrained teacher: what joint arms have in common. Its rate falls to that of the last steps. */
  const shared = (width: number, { steps, learningRate: final }: NonNullable<typeof last>): Recipe => ({
    ...common,
    arm: width === 0.25 ? 'joint' : `joint-w${width}`,
    method: together(width, null),
    schedule: cosineSchedule(settings.steps - steps, learningRate, final),
    startFrom: pretrain,
    evaluate: { networks: [], selfEnsemble: false },
  });

  /** Joint training of both widths, with the given contrastive term or none (J-T1). */
  const joint = (arm: string, contrast: ContrastOptions | null, width = 0.25): Recipe => ({
    ...common,
    arm,
    method: together(width, contrast),
    schedule: last ? csdSchedule({ ...last, decayEvery: null }, last.steps) : csdSchedule(settings, settings.steps),
    startFrom: last ? shared(width, last) : pretrain,
    evaluate: { networks: ['student', 'teacher'], selfEnsemble: true },
  });

  /** An ablation of the term. The paper's numbers of these are not readable, so there is nothing to compare self-ensemble or teacher with. */
  const ablation = (arm: string, change: Partial<ContrastOptions>): Recipe => ({
    ...joint(arm, { ...RELEASED_CONTRAST, ...change } as ContrastOptions),
    evaluate: { networks: ['student'], selfEnsemble: false },
  });
  /** No repulsion: the released form without negatives (raw feature distance), or the ten-negative mean held constant. */
  const withoutNegatives = (form: 'none' | 'constant') => ({ denominator: form, negatives: form === 'none' ? 0 : 10 });

  const released = joint('csd', RELEASED_CONTRAST);

  return {
    teacher: plain('teacher', 1, 'pretrained'),
    baseline: plain('baseline', 0.25, 'scratch'),
    baselineLong: plain('baseline-long', 0.25, 'scratch', settings.pretrain + settings.steps),
    sliceL1: plain('slice-l1', 0.25, 'pretrained'),
    jt1: joint('jt1', null),
    csd: released,
    /** K negatives under a denominator; K = 10 summed is the released `csd`, and one negative is the same summed or averaged. */
    negatives(count: number, denominator: 'sum' | 'mean'): Recipe {
      if (count === 10 && denominator === 'sum') return released;
      return count === 1
        ? ablation('csd-k1', { negatives: 1 })
        : ablation(`csd-k${count}-${denominator}`, { negatives: count, denominator });
    },
    attractionOnly: (form: 'none' | 'constant') => ablation(`csd-k0-${form}`, withoutNegatives(form)),
    gtPositive: ablation('gt-positive', { positive: 'ground-truth' }),
    gtPositiveOnly: (form: 'none' | 'constant') =>
      ablation(`gt-positive-k0-${form}`, { positive: 'ground-truth', ...withoutNegatives(form) }),
    width: (width: 0.5 | 0.75) => joint(`csd-w${width}`, RELEASED_CONTRAST, width),
    baselineWidth: (width: 0.5 | 0.75) => plain(`baseline-w${width}`, width, 'scratch'),
  };
}
