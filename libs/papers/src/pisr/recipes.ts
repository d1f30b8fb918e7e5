import { PISR_DISTILLATION_WEIGHT, PISR_IMITATION_WEIGHT, type PisrDistance, type PisrDistillation } from '@distillery/distill';
import { setsOf, type ArmsOf, type Datasets, type Tier } from '@distillery/lab';
import type { PisrView } from '@distillery/models';
import type { PisrOptions, PisrRecipe } from './methods';
import { PISR_SETTINGS, type PisrBackbone, type PisrScale } from './settings';

/** Norm of the distillation term's gradient beside L1's in the arms that hold it: felt by the student, but not in command. */
export const MATCHED_RATIO = 0.1;

/** What sets a teacher apart: what it sees, and whether its code imitates LR. */
interface TeacherKind {
  readonly arm: 'teacher' | 'teacher-free' | 'teacher-lr';
  readonly sees: PisrView;
  readonly imitation: boolean;
}
const PRIVILEGED = { arm: 'teacher', sees: 'hr', imitation: true } as const satisfies TeacherKind;
const FREE = { arm: 'teacher-free', sees: 'hr', imitation: false } as const satisfies TeacherKind;
const UNPRIVILEGED = { arm: 'teacher-lr', sees: 'lr', imitation: true } as const satisfies TeacherKind;

/** What an arm changes of PISR as released. */
interface Change {
  readonly teacher?: TeacherKind;
  readonly start?: 'decoder' | 'random';
  readonly distance?: PisrDistance;
  readonly strength?: PisrDistillation['strength'] | null;
  /** Weight of the teacher's output instead of any distance of features. */
  readonly output?: number;
}

const MATCHED = { gradientRatio: MATCHED_RATIO } as const;

/** FSRCNN's arms carry no prefix. */
type Named<Backbone extends PisrBackbone, Arm extends string> = Backbone extends 'fsrcnn' ? Arm : `${Backbone}-${Arm}`;

/** The arms of PISR for a student's architecture at one scale and tier, as recipes. */
export function pisrArms<Backbone extends PisrBackbone>(tier: Tier, scale: PisrScale, datasets: Datasets, backbone: Backbone) {
  const settings = PISR_SETTINGS[tier];
  const { encoder, patch, batch } = settings;
  const { network, tap, channels, imageChannels, steps } = settings.backbones[backbone];
  const common = {
    paper: 'pisr',
    scale,
    tier,
    data: { ...setsOf(datasets), patch, batch, channels: imageChannels },
    schedule: settings.schedule(steps, settings.learningRate),
  } as const;
  const named = <Arm extends string>(arm: Arm) => (backbone === 'fsrcnn' ? arm : `${backbone}-${arm}`) as Named<Backbone, Arm>;
  const evaluated = (...networks: string[]) => ({ networks, selfEnsemble: false });

  const teacher = <Arm extends TeacherKind['arm']>({
    arm,
    sees,
    imitation,
  }: TeacherKind & { readonly arm: Arm }): PisrRecipe<Named<Backbone, Arm>> => ({
    ...common,
    arm: named(arm),
    method: { name: 'pisr-teacher', network, encoder: { ...encoder, sees }, imitationWeight: imitation ? PISR_IMITATION_WEIGHT : 0 },
    startFrom: {},
    evaluate: evaluated('teacher', 'decoder'),
  });

  const alone = <Arm extends string>(arm: Arm, stages: 1 | 2): PisrRecipe<Named<Backbone, Arm>> => ({
    ...common,
    arm: named(arm),
    method: { name: 'plain', network, role: 'student' },
    schedule: settings.schedule(stages * steps, settings.learningRate),
    startFrom: {},
    evaluate: evaluated('student'),
  });

  const student = <Arm extends string>(arm: Arm, change: Change = {}): PisrRecipe<Named<Backbone, Arm>> => {
    const { teacher: kind = PRIVILEGED, start = 'decoder', distance = 'vid-laplace' } = change;
    const strength = change.strength === undefined ? { weight: PISR_DISTILLATION_WEIGHT } : change.strength;
    const distillation: PisrOptions['distillation'] =
      change.output === undefined ? strength && { distance, tap, channels, strength } : { output: change.output };
    return {
      ...common,
      arm: named(arm),
      method: { name: 'pisr', network, encoder: { ...encoder, sees: kind.sees }, start, distillation },
      startFrom: { teacher: teacher(kind) },
      evaluate: evaluated('student'),
    };
  };

  return {
    teacher: teacher(PRIVILEGED),
    /** lambda_T = 0. */
    teacherFree: teacher(FREE),
    /** The same network and loss, but the encoder sees the bicubically enlarged LR image. */
    teacherLr: teacher(UNPRIVILEGED),
    alone: alone('alone', 1),
    /** As many steps as teacher and student together. */
    long: alone('long', 2),
    /** Initialised from the decoder, L1 alone. */
    init: student('init', { strength: null }),
    initFree: student('init-free', { teacher: FREE, strength: null }),
    initLr: student('init-lr', { teacher: UNPRIVILEGED, strength: null }),
    /** As released. */
    pisr: student('pisr'),
    /** Without the initialisation. */
    vid: student('vid', { start: 'random' }),
    /** lambda_T = 0. */
    pisrFree: student('pisr-free', { teacher: FREE }),
    /** VID felt: its gradient held at a tenth of the norm of L1's. */
    matched: student('pisr-matched', { strength: MATCHED }),
    vidMatched: student('vid-matched', { start: 'random', strength: MATCHED }),
    matchedFree: student('pisr-free-matched', { teacher: FREE, strength: MATCHED }),
    matchedLr: student('pisr-lr-matched', { teacher: UNPRIVILEGED, strength: MATCHED }),
    /** Another distance of features at the same gradient norm. */
    distance: (distance: Exclude<PisrDistance, 'vid-laplace'>) => student(`${distance}-matched`, { distance, strength: MATCHED }),
    /** Plain distillation: L1 to the teacher's output beside L1 to HR, at equal weights. */
    output: student('output', { output: 1 }),
    /** Another lambda_S. */
    weight: (weight: number) => student(`pisr-weight-${weight}`, { strength: { weight } }),
  };
}

export type PisrArm = ArmsOf<ReturnType<typeof pisrArms<PisrBackbone>>>;
