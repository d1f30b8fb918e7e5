import { FAKD_ALPHA, FAKD_WEIGHT } from '@distillery/distill';
import { setsOf, type ArmsOf, type Datasets, type Tier } from '@distillery/lab';
import type { FakdRecipe, FeatureTerm } from './methods';
import { fakdMaps, type Maps } from './positions';
import { FAKD_SETTINGS, MATCHED, type Backbone, type FakdScale, type FormName, type Networks } from './settings';

/** Where else features are compared. */
type Place = 'third' | 'end' | 'last-two' | 'four' | 'before-skip';

/** What an arm changes of FAKD. */
interface Change {
  readonly alpha?: number;
  readonly features?: Partial<Omit<FeatureTerm, 'positions'>> | null;
  readonly positions?: (maps: Maps) => readonly string[];
  readonly ensembleTeacher?: boolean;
  readonly gradientNorms?: boolean;
}

/** The last three of the four maps as in all scripts but that of RCAN x3, which takes two. */
const released = (backbone: Backbone, scale: FakdScale) => (maps: Maps) =>
  backbone === 'rcan' && scale === 3 ? [maps.twoThirds, maps.end] : [maps.third, maps.twoThirds, maps.end];

/** The arms of FAKD on a backbone at one scale and tier, as recipes. */
export function fakdArms<B extends Backbone>(tier: Tier, backbone: B, scale: FakdScale, datasets: Datasets) {
  const settings = FAKD_SETTINGS[tier];
  const { teacher, student }: Networks = settings.networks[backbone];
  const common = {
    paper: 'fakd',
    scale,
    tier,
    data: {
      ...setsOf(datasets),
      patch: settings.lrPatch * scale,
      batch: settings.batch,
      channels: 3,
    },
  } as const;
  const only = (network: string) => ({ networks: [network], selfEnsemble: false });

  const pretrained: FakdRecipe<`${B}-teacher`> = {
    ...common,
    arm: `${backbone}-teacher`,
    method: { name: 'plain', network: teacher, role: 'teacher' },
    schedule: settings.pretrainSchedule(settings.pretrain, settings.learningRate),
    startFrom: {},
    evaluate: only('teacher'),
  };

  const alone = <Arm extends string>(arm: Arm, steps: number): FakdRecipe<`${B}-${Arm}`> => ({
    ...common,
    arm: `${backbone}-${arm}`,
    method: { name: 'plain', network: student, role: 'student' },
    schedule: settings.schedule(steps, settings.learningRate),
    startFrom: {},
    evaluate: only('student'),
  });

  const fromTeacher = <Arm extends string>(arm: Arm, method: FakdRecipe['method']): FakdRecipe<`${B}-${Arm}`> => ({
    ...common,
    arm: `${backbone}-${arm}`,
    method,
    schedule: settings.schedule(settings.steps, settings.learningRate),
    startFrom: { teacher: pretrained },
    evaluate: only('student'),
  });

  const distilled = <Arm extends string>(arm: Arm, change: Change = {}) => {
    const { alpha = FAKD_ALPHA, positions = released(backbone, scale), ensembleTeacher = false, gradientNorms = false } = change;
    const features: FeatureTerm = {
      form: 'spatial-affinity',
      weight: FAKD_WEIGHT,
      adapters: false,
      ...change.features,
      positions: { student: positions(fakdMaps(student)), teacher: positions(fakdMaps(teacher)) },
    };
    return fromTeacher(arm, {
      name: 'fakd',
      student,
      teacher,
      alpha,
      features: change.features === null ? null : features,
      ensembleTeacher,
      gradientNorms,
    });
  };

  return {
    teacher: pretrained,
    alone: alone('alone', settings.steps),
    /** As many steps as teacher and student together. */
    long: alone('long', settings.pretrain + settings.steps),
    /** The student starts as the teacher's leading layers and is not distilled. */
    truncated: fromTeacher('truncated', { name: 'truncated-teacher', student }),
    fakd: distilled('fakd'),
    output: distilled('output', { features: null }),
    affinityOnly: distilled('affinity-only', { alpha: 0, gradientNorms: true }),
    ensemble: distilled('ensemble', { ensembleTeacher: true }),
    /** Another relation at beta, or at the beta that gives the gradient norm of spatial affinity. */
    form: (form: Exclude<FormName, 'spatial-affinity'>, weight: 'beta' | 'matched' = 'beta') =>
      weight === 'beta'
        ? distilled(form, { features: { form } })
        : distilled(`${form}-matched`, { features: { form, weight: FAKD_WEIGHT * MATCHED[form] } }),
    positions: <Name extends Place>(name: Name, positions: (maps: Maps) => readonly string[]) => distilled(`at-${name}`, { positions }),
    /** Raw features behind adapters, for unequal widths. */
    adapter: distilled('adapter', { features: { form: 'feature-l1', adapters: true } }),
  };
}

export type FakdArm = ArmsOf<ReturnType<typeof fakdArms<Backbone>>>;
