import { CSD_CONTRAST_WEIGHT } from '@distillery/distill';
import { cosineSchedule, setsOf, type ArmsOf, type Datasets, type Tier } from '@distillery/lab';
import type { ContrastOptions, CsdRecipe } from './methods';
import { CSD_SETTINGS } from './settings';

/** The released contrastive term: the teacher's output against ten negatives, summed. */
const RELEASED_CONTRAST: ContrastOptions = { weight: CSD_CONTRAST_WEIGHT, positive: 'teacher', negatives: 10, denominator: 'sum' };

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
  // Eight passes for one: not for a notebook that is waited for.
  const selfEnsemble = tier !== 'learn';

  const pretrain: CsdRecipe<'pretrain'> = {
    ...common,
    arm: 'pretrain',
    method: { name: 'plain', ...teacher, role: 'teacher', width: 1 },
    schedule: settings.schedule(settings.pretrain, learningRate),
    startFrom: {},
    evaluate: { networks: [], selfEnsemble: false },
  };

  /** Plain L1 training at a width: from scratch, or from the (slice of the) pretrained teacher. */
  const plain = <Arm extends string>(arm: Arm, width: number, start: 'scratch' | 'pretrained', steps = settings.steps): CsdRecipe<Arm> => ({
    ...common,
    arm,
    method: { name: 'plain', ...teacher, role: width === 1 ? 'teacher' : 'student', width },
    schedule: settings.schedule(steps, learningRate),
    startFrom: start === 'pretrained' ? { pretrained: pretrain } : {},
    evaluate: { networks: [width === 1 ? 'teacher' : 'student'], selfEnsemble },
  });

  const together = (width: number, contrast: ContrastOptions | null) =>
    ({ name: 'csd', ...teacher, width, teacherWeight: 1, contrast }) as const;

  /** Joint training without the contrastive term, from the pretrained teacher: what joint arms have in common. Its rate falls to that of the last steps. */
  const shared = (width: number, { steps, learningRate: final }: NonNullable<typeof last>): CsdRecipe<'joint' | `joint-w${number}`> => ({
    ...common,
    arm: width === 0.25 ? 'joint' : `joint-w${width}`,
    method: together(width, null),
    schedule: cosineSchedule(settings.steps - steps, learningRate, final),
    startFrom: { pretrained: pretrain },
    evaluate: { networks: [], selfEnsemble: false },
  });

  /** Joint training of both widths, with the given contrastive term or none (J-T1). */
  const joint = <Arm extends string>(arm: Arm, contrast: ContrastOptions | null, width = 0.25): CsdRecipe<Arm> => ({
    ...common,
    arm,
    method: together(width, contrast),
    schedule: last ? settings.schedule(last.steps, last.learningRate) : settings.schedule(settings.steps, learningRate),
    startFrom: { pretrained: last ? shared(width, last) : pretrain },
    evaluate: { networks: ['student', 'teacher'], selfEnsemble },
  });

  /** An ablation of the term. The paper's numbers of these are not readable, so there is nothing to compare self-ensemble or teacher with. */
  const ablation = <Arm extends string>(arm: Arm, change: Partial<ContrastOptions>): CsdRecipe<Arm> => ({
    ...joint(arm, { ...RELEASED_CONTRAST, ...change }),
    evaluate: { networks: ['student'], selfEnsemble: false },
  });
  /** No repulsion: the released form without negatives (raw feature distance), or the ten-negative mean held constant. */
  const withoutNegatives = (form: 'none' | 'constant') => ({ denominator: form, negatives: form === 'none' ? 0 : 10 }) as const;

  const released = joint('csd', RELEASED_CONTRAST);

  return {
    teacher: plain('teacher', 1, 'pretrained'),
    baseline: plain('baseline', 0.25, 'scratch'),
    baselineLong: plain('baseline-long', 0.25, 'scratch', settings.pretrain + settings.steps),
    sliceL1: plain('slice-l1', 0.25, 'pretrained'),
    jt1: joint('jt1', null),
    csd: released,
    /** K negatives under a denominator; K = 10 summed is the released `csd`, and one negative is the same summed or averaged. */
    negatives(count: number, denominator: 'sum' | 'mean') {
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

export type CsdArm = ArmsOf<ReturnType<typeof csdArms>>;
