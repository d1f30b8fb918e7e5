import type { LabelDistance, MutualDistance, SoftLabels } from '@distillery/distill';
import { setsOf, type ArmsOf, type Datasets, type NetworkOptions, type Tier } from '@distillery/lab';
import type { JdsrOptions, JdsrRecipe } from './methods';
import { encoderSchedule, JDSR_SCALE, JDSR_SETTINGS } from './settings';

/** The weight of L1(SLR, LR) in the port, and those swept beside it. */
export const PORT_IMITATION = 1;
export const IMITATION_WEIGHTS = [0.01, 0.1, PORT_IMITATION, 10] as const;
/** lambda of the mutual terms in the port. */
export const PORT_MUTUAL = 0.001;
/** The rate of the virtual SGD step; Adam takes the size of its gradient out again. */
const VIRTUAL_RATE = 0.1;

type LabelOptions = JdsrOptions['labels'];

interface MutualOptions {
  readonly imitation: number;
  readonly distance: MutualDistance;
  readonly weight: number;
  readonly curriculum: boolean;
  readonly threshold: boolean;
}

const labels = (from: SoftLabels['from'], distance: LabelDistance = 'charbonnier'): LabelOptions => ({
  from,
  distance,
  virtualRate: VIRTUAL_RATE,
});

/** The arms of JDSR at a tier, as recipes. */
export function jdsrArms(tier: Tier, datasets: Datasets) {
  const settings = JDSR_SETTINGS[tier];
  const { student, peer, encoder, encode, steps } = settings;

  const common = {
    paper: 'jdsr',
    scale: JDSR_SCALE,
    tier,
    data: { ...setsOf(datasets), patch: settings.patch, batch: settings.batch, channels: 3 },
  } as const;
  const scored = (...networks: string[]) => ({ networks, selfEnsemble: false });
  const schedule = settings.schedule(steps, settings.learningRate);

  const superiorLr = (imitation: number): JdsrRecipe<'superior-lr' | `superior-lr-w${number}`> => ({
    ...common,
    arm: imitation === PORT_IMITATION ? 'superior-lr' : `superior-lr-w${imitation}`,
    method: { name: 'superior-lr', network: encoder, imitationWeight: imitation },
    schedule: encoderSchedule(settings, encode),
    startFrom: {},
    evaluate: scored(),
  });

  const plain = <Arm extends string>(arm: Arm, network: NetworkOptions, role: 'student' | 'teacher', length = steps): JdsrRecipe<Arm> => ({
    ...common,
    arm,
    method: { name: 'plain', network, role },
    schedule: settings.schedule(length, settings.learningRate),
    startFrom: {},
    evaluate: scored(role),
  });

  /** The sectioned student with its exits supervised by the ground truth, and soft labels or none. */
  const internal = <Arm extends string>(arm: Arm, soft: LabelOptions): JdsrRecipe<Arm> => ({
    ...common,
    arm,
    method: { name: 'jdsr', student, labels: soft, peer: null },
    schedule,
    startFrom: {},
    evaluate: scored('student', 'exit-1'),
  });

  /** The same with the peer. */
  const joint = <Arm extends string>(
    arm: Arm,
    change: Partial<MutualOptions> = {},
    soft: LabelOptions = labels('meta'),
  ): JdsrRecipe<Arm> => {
    const options: MutualOptions = {
      imitation: PORT_IMITATION,
      distance: 'l1',
      weight: PORT_MUTUAL,
      curriculum: true,
      threshold: true,
      ...change,
    };
    return {
      ...common,
      arm,
      method: {
        name: 'jdsr',
        student,
        labels: soft,
        peer: {
          network: peer,
          encoder,
          distance: options.distance,
          weight: options.weight,
          curriculum: options.curriculum ? steps : null,
          gapThreshold: options.threshold ? settings.gapThreshold : null,
        },
      },
      schedule,
      startFrom: { encoder: superiorLr(options.imitation) },
      evaluate: scored('student', 'peer'),
    };
  };

  const sectioned = { architecture: 'sectioned-edsr', ...student } as const;
  const shallow = { architecture: 'shallow-edsr', ...peer } as const;

  return {
    alone: plain('alone', sectioned, 'student'),
    /** As many updates as encoder, peer and student have together. */
    aloneLong: plain('alone-long', sectioned, 'student', encode + 2 * steps),
    intermediate: internal('intermediate', null),
    softLabels: internal('soft-labels', labels('meta')),
    softLabelsFirstOrder: internal('soft-labels-first-order', labels('first-order')),
    softLabelsDeepest: internal('soft-labels-deepest', labels('deepest')),
    softLabelsL1: internal('soft-labels-l1', labels('meta', 'l1')),
    joint: joint('jdsr'),
    /** Stage one at another imitation weight, and no gap threshold: it would hold every peer equally far ahead. The port's weight is `noThreshold`. */
    imitation: (weight: number) =>
      joint(weight === PORT_IMITATION ? 'no-threshold' : `no-threshold-w${weight}`, { imitation: weight, threshold: false }),
    mutualOnly: joint('mutual-only', {}, null),
    mutualL2: joint('mutual-l2', { distance: 'l2' }),
    mutualStrong: joint('mutual-strong', { weight: 0.1 }),
    noCurriculum: joint('no-curriculum', { curriculum: false }),
    noThreshold: joint('no-threshold', { threshold: false }),
    neither: joint('no-curriculum-no-threshold', { curriculum: false, threshold: false }),
    peerOnBicubic: plain('peer-bicubic', shallow, 'teacher'),
    largeOnBicubic: plain('large-bicubic', settings.large, 'teacher'),
    peerOnSuperior: {
      ...common,
      arm: 'peer-superior',
      method: { name: 'peer-alone', network: peer, encoder },
      schedule,
      startFrom: { encoder: superiorLr(PORT_IMITATION) },
      evaluate: scored('peer'),
    } as const satisfies JdsrRecipe,
    /** What JDSR does without: a larger network, trained first, as the teacher. */
    outputDistillation: {
      ...common,
      arm: 'output-distillation',
      method: { name: 'output-distillation', student: sectioned, teacher: settings.large, alpha: 0.5 },
      schedule,
      startFrom: { teacher: plain('large-bicubic', settings.large, 'teacher') },
      evaluate: scored('student'),
    } as const satisfies JdsrRecipe,
    mutualLearning: {
      ...common,
      arm: 'deep-mutual-learning',
      method: { name: 'deep-mutual-learning', student, peer, distance: 'l1', weight: 1 },
      schedule,
      startFrom: {},
      evaluate: scored('student', 'peer'),
    } as const satisfies JdsrRecipe,
    ownTeacher: {
      ...common,
      arm: 'be-your-own-teacher',
      method: { name: 'be-your-own-teacher', student, alpha: 0.3, hint: 0.03 },
      schedule,
      startFrom: {},
      evaluate: scored('student', 'exit-1'),
    } as const satisfies JdsrRecipe,
  };
}

export type JdsrArm = ArmsOf<ReturnType<typeof jdsrArms>>;
