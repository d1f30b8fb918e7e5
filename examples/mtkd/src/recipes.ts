import { setsOf, stepSchedule, type ArmsOf, type Datasets, type NetworkOptions, type Recipe, type Tier } from '@distillery/lab';
import type { MtkdMethodOptions, MtkdRecipe } from './methods';

/** Whose images go into the aggregation network, in this order. */
const TEACHERS = ['edsr', 'rcan', 'rrdbnet'] as const;
type Teacher = (typeof TEACHERS)[number];

/** What a tier fixes for every run. */
interface Settings {
  /** By architecture: RRDBNet in the place of SwinIR, which the workbench does not have. EDSR also teaches alone. */
  readonly teachers: Readonly<Record<Teacher, NetworkOptions>>;
  readonly aggregation: NonNullable<MtkdMethodOptions['aggregation']>;
  readonly student: NetworkOptions;
  /** Sides of the HR patches of the aggregation network, and of everything else. */
  readonly patch: { readonly aggregation: number; readonly other: number };
  readonly batch: number;
  /** Updates of each teacher, of the aggregation network, and of the student in every arm. */
  readonly pretrain: number;
  readonly aggregate: number;
  readonly steps: number;
  readonly learningRate: { readonly teachers: number; readonly student: number };
}

const edsr = (features: number, blocks: number, resScale = 1, rgbRange: 1 | 255 = 1): NetworkOptions => ({
  architecture: 'edsr',
  features,
  blocks,
  resScale,
  rgbRange,
});
const rcan = (features: number, groups: number, blocks: number, reduction: number, rgbRange: 1 | 255 = 1): NetworkOptions => ({
  architecture: 'rcan',
  features,
  groups,
  blocks,
  reduction,
  rgbRange,
});
const rrdbnet = (features: number, growth: number, blocks: number): NetworkOptions => ({
  architecture: 'rrdbnet',
  features,
  growth,
  blocks,
});

/** Levels of the Haar transform: the default of the authors' `dwtLoss`. */
const LEVELS = 4;
/** Weight of the ground truth in the released second stage. */
const ALPHA = 0.1;
export const SCALE = 4;

const SETTINGS: Readonly<Record<Tier, Settings>> = {
  smoke: {
    teachers: { edsr: edsr(16, 2), rcan: rcan(8, 2, 2, 4), rrdbnet: rrdbnet(8, 4, 1) },
    aggregation: { channels: 12, heads: 3, window: 4, mlpRatio: 2, groups: 1, blocks: 2, features: 8 },
    student: edsr(8, 1),
    patch: { aggregation: 32, other: 32 },
    batch: 2,
    pretrain: 20,
    aggregate: 5,
    steps: 10,
    learningRate: { teachers: 1e-3, student: 1e-3 },
  },
  // For the notebook: short enough to wait for.
  learn: {
    teachers: { edsr: edsr(16, 2), rcan: rcan(8, 2, 2, 4), rrdbnet: rrdbnet(8, 4, 1) },
    aggregation: { channels: 12, heads: 3, window: 4, mlpRatio: 2, groups: 1, blocks: 2, features: 8 },
    student: edsr(8, 2),
    patch: { aggregation: 32, other: 24 },
    batch: 8,
    pretrain: 800,
    aggregate: 200,
    steps: 1000,
    learningRate: { teachers: 3e-3, student: 3e-3 },
  },
  small: {
    teachers: { edsr: edsr(32, 8), rcan: rcan(24, 3, 4, 4), rrdbnet: rrdbnet(24, 12, 2) },
    aggregation: { channels: 36, heads: 6, window: 4, mlpRatio: 2, groups: 2, blocks: 2, features: 24 },
    student: edsr(16, 4),
    patch: { aggregation: 64, other: 48 },
    batch: 8,
    pretrain: 3000,
    aggregate: 2000,
    steps: 2000,
    learningRate: { teachers: 1e-3, student: 1e-3 },
  },
  // The released options, but for the third teacher. The authors' teachers are published networks; ours are trained here.
  full: {
    teachers: { edsr: edsr(256, 32, 0.1, 255), rcan: rcan(64, 10, 20, 16, 255), rrdbnet: rrdbnet(64, 32, 23) },
    aggregation: { channels: 96, heads: 6, window: 8, mlpRatio: 2, groups: 2, blocks: 4, features: 64 },
    student: edsr(64, 16, 1, 255),
    patch: { aggregation: 256, other: 128 },
    batch: 16,
    pretrain: 300_000,
    aggregate: 500_000,
    steps: 500_000,
    learningRate: { teachers: 2e-4, student: 2e-5 },
  },
};

/** The arms at a tier, as recipes. */
export function mtkdArms(tier: Tier, datasets: Datasets) {
  const { aggregation, student, patch, batch, pretrain, aggregate, steps, learningRate, ...settings } = SETTINGS[tier];
  const teachers = TEACHERS.map((name) => settings.teachers[name]);
  /** Halved after half of the way, as released, but for the three halvings of its last fifth. */
  const schedule = (length: number, rate: number): Recipe['schedule'] => ({
    ...stepSchedule(length, rate, 0.5, Math.ceil(length / 2)),
    decays: 1,
  });
  const sets = setsOf(datasets);
  const common = { paper: 'mtkd', scale: SCALE, tier, data: { ...sets, patch: patch.other, batch, channels: 3 } } as const;
  const scored = (...networks: string[]) => ({ networks, selfEnsemble: false });

  const teacher = <Name extends Teacher>(name: Name): MtkdRecipe<`teacher-${Name}`> => ({
    ...common,
    arm: `teacher-${name}`,
    method: { name: 'plain', network: settings.teachers[name], role: 'teacher' },
    schedule: schedule(pretrain, learningRate.teachers),
    startFrom: {},
    evaluate: scored('teacher'),
  });
  const pretrained = { edsr: teacher('edsr'), rcan: teacher('rcan'), rrdbnet: teacher('rrdbnet') } as const satisfies Record<
    Teacher,
    Recipe
  >;

  const aggregated: MtkdRecipe<'aggregation'> = {
    ...common,
    arm: 'aggregation',
    method: { name: 'aggregation', teachers, aggregation },
    data: { ...common.data, patch: patch.aggregation },
    schedule: schedule(aggregate, learningRate.teachers),
    startFrom: pretrained,
    evaluate: scored(),
  };

  const alone = <Arm extends string>(arm: Arm, length: number): MtkdRecipe<Arm> => ({
    ...common,
    arm,
    method: { name: 'plain', network: student, role: 'student' },
    schedule: schedule(length, learningRate.student),
    startFrom: {},
    evaluate: scored('student'),
  });

  const distilled = <Arm extends string>(arm: Arm, change: Partial<MtkdMethodOptions> = {}): MtkdRecipe<Arm> => {
    const method: MtkdMethodOptions = { name: 'mtkd', student, teachers, aggregation, levels: LEVELS, alpha: ALPHA, ...change };
    return {
      ...common,
      arm,
      method,
      schedule: schedule(steps, learningRate.student),
      startFrom: method.aggregation === null ? pretrained : { ...pretrained, aggregation: aggregated },
      evaluate: scored('student'),
    };
  };

  return {
    teachers: pretrained,
    aggregation: aggregated,
    alone: alone('alone', steps),
    /** As many updates as teachers, aggregation network and student together. */
    long: alone('alone-long', teachers.length * pretrain + aggregate + steps),
    /** What several teachers have to beat: one of them. */
    single: {
      ...common,
      arm: 'one-teacher',
      method: { name: 'output-distillation', student, teacher: settings.teachers.edsr, alpha: 0.5 },
      schedule: schedule(steps, learningRate.student),
      startFrom: { teacher: pretrained.edsr },
      evaluate: scored('student'),
    } as const satisfies MtkdRecipe,
    mtkd: distilled('mtkd'),
    /** As the released options have it: mean absolute difference in the place of the wavelet distance. */
    l1: distilled('mtkd-l1', { levels: 0 }),
    /** Without the aggregation network. */
    mean: distilled('mtkd-mean', { aggregation: null }),
    meanL1: distilled('mtkd-mean-l1', { aggregation: null, levels: 0 }),
  };
}

/** The names of all arms: a claim of another does not compile. */
export type MtkdArm = ArmsOf<ReturnType<typeof mtkdArms>>;
