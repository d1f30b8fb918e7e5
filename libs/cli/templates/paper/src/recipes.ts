import { setsOf, stepSchedule, type ArmsOf, type Datasets, type NetworkOptions, type Tier } from '@distillery/lab';
import type { MyPaperRecipe } from './methods';

/** What a tier fixes for every run. */
interface Settings {
  readonly teacher: NetworkOptions;
  readonly student: NetworkOptions;
  /** Side of the HR patch in pixels. */
  readonly patch: number;
  readonly batch: number;
  /** Updates of the teacher, and of the student in every arm. */
  readonly pretrain: number;
  readonly steps: number;
  readonly learningRate: number;
}

const edsr = (features: number, blocks: number): NetworkOptions => ({ architecture: 'edsr', features, blocks, resScale: 1, rgbRange: 1 });

const SETTINGS: Readonly<Record<Tier, Settings>> = {
  smoke: { teacher: edsr(16, 2), student: edsr(8, 1), patch: 24, batch: 4, pretrain: 20, steps: 10, learningRate: 1e-3 },
  // For the notebook: about a minute of one core each, and better than bicubic.
  learn: { teacher: edsr(16, 2), student: edsr(8, 2), patch: 24, batch: 10, pretrain: 1000, steps: 1000, learningRate: 3e-3 },
  small: { teacher: edsr(32, 8), student: edsr(16, 2), patch: 48, batch: 8, pretrain: 3000, steps: 2000, learningRate: 1e-3 },
  // The paper's own protocol.
  full: { teacher: edsr(64, 16), student: edsr(16, 4), patch: 192, batch: 16, pretrain: 300_000, steps: 300_000, learningRate: 1e-4 },
};

export const SCALE = 4;

/** The arms at a tier, as recipes. */
export function myPaperArms(tier: Tier, datasets: Datasets) {
  const { teacher, student, patch, batch, pretrain, steps, learningRate } = SETTINGS[tier];
  /** Halved after three quarters of the way. */
  const schedule = (length: number) => stepSchedule(length, learningRate, 0.5, Math.ceil(0.75 * length));
  const common = { paper: 'my-paper', scale: SCALE, tier, data: { ...setsOf(datasets), patch, batch, channels: 3 } } as const;
  const scored = (network: 'student' | 'teacher') => ({ networks: [network], selfEnsemble: false });

  const pretrained: MyPaperRecipe<'teacher'> = {
    ...common,
    arm: 'teacher',
    method: { name: 'plain', network: teacher, role: 'teacher' },
    schedule: schedule(pretrain),
    startFrom: {},
    evaluate: scored('teacher'),
  };

  const alone = <Arm extends string>(arm: Arm, length: number): MyPaperRecipe<Arm> => ({
    ...common,
    arm,
    method: { name: 'plain', network: student, role: 'student' },
    schedule: schedule(length),
    startFrom: {},
    evaluate: scored('student'),
  });

  const distilled = <Arm extends string>(arm: Arm, weight: number): MyPaperRecipe<Arm> => ({
    ...common,
    arm,
    method: { name: 'my-paper', student, teacher, weight },
    schedule: schedule(steps),
    startFrom: { teacher: pretrained },
    evaluate: scored('student'),
  });

  return {
    teacher: pretrained,
    alone: alone('alone', steps),
    /** As many updates as teacher and student together. */
    long: alone('alone-long', pretrain + steps),
    distilled: distilled('distilled', 1),
  };
}

/** The names of all arms: a claim of another does not compile. */
export type MyPaperArm = ArmsOf<ReturnType<typeof myPaperArms>>;
