import { setsOf, type ArmsOf, type Datasets, type NetworkOptions, type Tier } from '@distillery/lab';
import { RELATIVES } from '../srkd/relatives';
import type { AcrossRecipe } from './methods';
import type { PisrOptions } from '../pisr/methods';
import { ACROSS_SCALE, ACROSS_SETTINGS } from './settings';
import { reweighted, TUNED, type TunableArm, type WeightFactor } from './weights';

/** The relatives' gradient beside that of L1. */
const GRADIENT_RATIO = 0.5;

/** Every method with the same student, data, patches, batch and number of updates of that student, as recipes. */
export function acrossArms(tier: Tier, datasets: Datasets) {
  const settings = ACROSS_SETTINGS[tier];
  const { student, teacher, shallow, encoder, pretrain, steps } = settings;
  const sectioned: NetworkOptions = { architecture: 'sectioned-edsr', ...student };
  const shallowOptions = { ...shallow, rgbRange: 1 } as const;

  const common = {
    paper: 'across',
    scale: ACROSS_SCALE,
    tier,
    data: { ...setsOf(datasets), patch: settings.patch, batch: settings.batch, channels: 3 },
  } as const;
  const scored = (...networks: string[]) => ({ networks, selfEnsemble: false });

  /** What comes before the student, `pretrain` updates long. */
  const before = <Arm extends string>(arm: Arm, method: AcrossRecipe['method'], ...networks: string[]): AcrossRecipe<Arm> => ({
    ...common,
    arm,
    method,
    schedule: settings.schedule(pretrain, settings.learningRate),
    startFrom: {},
    evaluate: scored(...networks),
  });
  const pretrained = before(
    'teacher',
    { name: 'plain', network: { architecture: 'sectioned-edsr', ...teacher }, role: 'teacher' },
    'teacher',
  );

  const arm = <Arm extends string>(
    name: Arm,
    method: AcrossRecipe['method'],
    startFrom: AcrossRecipe['startFrom'],
    length = steps,
  ): AcrossRecipe<Arm> => ({
    ...common,
    arm: name,
    method,
    schedule: settings.schedule(length, settings.learningRate),
    startFrom,
    evaluate: scored('student'),
  });
  const fromTeacher = <Arm extends string>(name: Arm, method: AcrossRecipe['method']): AcrossRecipe<Arm> =>
    arm(name, method, { teacher: pretrained });
  const pair = { student, teacher };
  const plain: AcrossRecipe['method'] = { name: 'plain', network: sectioned, role: 'student' };

  const autoencoder = { network: sectioned, encoder: { ...encoder, sees: 'hr' } } as const;
  const privileged = before('pisr-teacher', { name: 'pisr-teacher', ...autoencoder, imitationWeight: 1e-4 });
  const privilegedStudent = <Arm extends string>(name: Arm, distillation: PisrOptions['distillation']): AcrossRecipe<Arm> =>
    arm(name, { name: 'pisr', ...autoencoder, start: 'decoder', distillation }, { teacher: privileged });

  const superior = before('superior-lr', { name: 'superior-lr', network: shallowOptions, imitationWeight: 1 });

  const arms = {
    teacher: pretrained,
    alone: arm('alone', plain, {}),
    aloneLong: arm('alone-long', plain, {}, pretrain + steps),
    slice: fromTeacher('teacher-slice', { name: 'teacher-slice', ...pair }),
    imitation: fromTeacher('imitation', { name: 'imitation', ...pair, alpha: 0.5, ensembleTeacher: false, start: 'scratch' }),
    imitationSlice: fromTeacher('imitation-slice', { name: 'imitation', ...pair, alpha: 0.5, ensembleTeacher: false, start: 'slice' }),
    ensemble: fromTeacher('imitation-ensemble', { name: 'imitation', ...pair, alpha: 0.5, ensembleTeacher: true, start: 'scratch' }),
    csd: fromTeacher('csd', { name: 'csd', ...pair, negatives: settings.batch }),
    srkd: fromTeacher('srkd', { name: 'srkd', ...pair, power: 2, gradientRatio: null }),
    // Two positions, so at most the relatives' ratio together. The square of a mean forgets its sign, and these features have both.
    srkdMean: fromTeacher('srkd-mean', { name: 'srkd', ...pair, power: 1, gradientRatio: GRADIENT_RATIO / 2 }),
    fakd: fromTeacher('fakd', { name: 'fakd', ...pair, positions: 'thirds' }),
    features: Object.fromEntries(
      RELATIVES.map((form) => [form, fromTeacher(form, { name: 'features', ...pair, form, gradientRatio: GRADIENT_RATIO })]),
    ) as { readonly [Form in (typeof RELATIVES)[number]]: AcrossRecipe<Form> },
    pisrStart: privilegedStudent('pisr-start', null),
    pisr: privilegedStudent('pisr', {
      distance: 'vid-laplace',
      tap: `section.${student.sections}`,
      channels: student.features,
      strength: { weight: 1e-6 },
    }),
    jdsr: arm(
      'jdsr',
      {
        name: 'jdsr',
        student,
        labels: { from: 'meta', distance: 'charbonnier', virtualRate: 0.1 },
        peer: { network: shallowOptions, encoder: shallowOptions, distance: 'l1', weight: 0.001, curriculum: steps, gapThreshold: 1 },
      },
      { encoder: superior },
    ),
    mutual: arm('deep-mutual-learning', { name: 'deep-mutual-learning', student, peer: shallowOptions, distance: 'l1', weight: 0.1 }, {}),
    ownTeacher: arm('be-your-own-teacher', { name: 'be-your-own-teacher', student, alpha: 0.3, hint: 0.03 }, {}),
    /** The target domain is that of the training pairs: other LR patches of the same set. */
    pdd: {
      ...fromTeacher('pdd', { name: 'pdd', ...pair, warmUp: Math.min(5, steps - 1) }),
      data: { ...common.data, real: datasets.train },
    },
  };

  const released = {
    imitation: arms.imitation,
    'imitation-ensemble': arms.ensemble,
    csd: arms.csd,
    srkd: arms.srkd,
    'srkd-mean': arms.srkdMean,
    fakd: arms.fakd,
    ...arms.features,
    pisr: arms.pisr,
    jdsr: arms.jdsr,
    'deep-mutual-learning': arms.mutual,
    'be-your-own-teacher': arms.ownTeacher,
    pdd: arms.pdd,
  } satisfies Record<TunableArm, AcrossRecipe>;
  const weighed = <Arm extends string>(name: Arm, of: TunableArm, factor: number): AcrossRecipe<Arm> => ({
    ...released[of],
    arm: name,
    method: reweighted(released[of].method, factor),
  });
  const chosen = TUNED[tier];
  return {
    ...arms,
    /** A method at a factor, to choose by. */
    tuning: (of: TunableArm, factor: WeightFactor) => weighed(`${of}-w${factor}`, of, factor),
    /** A method at the factor that was chosen; null where the tier was not tuned. */
    tuned: (of: TunableArm) => (chosen ? weighed(`${of}-tuned`, of, chosen[of]) : null),
  };
}

export type AcrossArm = ArmsOf<ReturnType<typeof acrossArms>>;
