import type { DegradationName } from '@distillery/data';
import type { InterDistance, IntraDistance } from '@distillery/distill';
import { setsOf, type ArmsOf, type Datasets, type FeatureNetworkName, type TargetDomain, type Tier } from '@distillery/lab';
import type { PddOptions, PddRecipe } from './methods';
import { PDD_SETTINGS, updatesOfG } from './settings';

/** The smallest patch of x4 that AlexNet has features of. */
const ALEXNET_PATCH = 32;

/** Where the images of the target domain come from if the data folder has none. */
const STAND_IN: TargetDomain = { adapt: 'procedural-real', test: ['procedural-real-test'] };

/** The options of PDD that arms vary. */
interface Varied extends Omit<PddOptions, 'name' | 'network' | 'warmUp' | 'emaDecay' | 'discriminatorFeatures'> {
  /** Steps without the distances once the discriminator is warm. */
  readonly warmUp: number;
}

const INTER = { weight: 1, distance: 'gram-of-difference' } as const;
const INTRA = { weight: 1, distance: 'cross-entropy' } as const;

/** The arms of PDD at a tier, as recipes. All at x4. */
export function pddArms(tier: Tier, datasets: Datasets) {
  const settings = PDD_SETTINGS[tier];
  const { network, patch, batch } = settings;
  const [real = STAND_IN, ...others] = datasets.real ?? [];
  /** Training is watched, and tested, on pairs of the target domain. */
  const pairsOf = ({ test, validate = datasets.validate?.set }: TargetDomain) => ({
    evaluate: test,
    ...(datasets.validate && validate !== undefined && { validate: { ...datasets.validate, set: validate } }),
  });
  const data = { ...setsOf(datasets), ...pairsOf(real), patch, batch, channels: 3 } as const;
  const common = { paper: 'pdd', scale: 4, tier } as const;
  const only = (...networks: string[]) => ({ networks, selfEnsemble: false });

  /** Specialist and generalist from scratch; the generalist on a blind degradation. */
  const pretrain = <Arm extends string>(arm: Arm, blind: DegradationName): PddRecipe<Arm> => ({
    ...common,
    arm,
    method: { name: 'specialist-and-generalist', network },
    data: { ...data, lr: 'opencv-mix', blind },
    schedule: settings.pretrain,
    startFrom: {},
    evaluate: only('specialist', 'generalist'),
  });
  const realEsrgan = pretrain('pretrain', 'real-esrgan');
  const bsrgan = pretrain('pretrain-bsrgan', 'bsrgan');

  /** Smoke patches are too small for AlexNet. */
  const patchFor = (features: FeatureNetworkName | undefined): number => (features === 'alexnet' ? Math.max(patch, ALEXNET_PATCH) : patch);

  /** PDD as released in its Static configuration: G from the generalist, R the frozen specialist. */
  const released: Varied = {
    trained: 'generalist',
    reference: 'specialist',
    inter: INTER,
    intra: INTRA,
    direct: 0,
    detachSynthetic: true,
    adversarial: 0.01,
    warmUp: 0,
    premise: false,
    features: 'vgg19',
  };
  const adapted = <Arm extends string>(
    arm: Arm,
    change: Partial<Varied>,
    { from = realEsrgan, lr = 'opencv-mix', networks = ['student'], to = real }: AdaptedOptions = {},
  ): PddRecipe<Arm> => ({
    ...common,
    arm,
    method: {
      name: 'pdd',
      network,
      ...released,
      ...change,
      warmUp: { discriminator: settings.warmUp.discriminator, supervised: change.warmUp ?? released.warmUp },
      emaDecay: settings.emaDecay,
      discriminatorFeatures: settings.discriminatorFeatures,
    },
    data: { ...data, ...pairsOf(to), patch: patchFor(change.features), real: to.adapt, ...(lr !== null && { lr }) },
    schedule: settings.schedule,
    startFrom: { pretrained: from },
    evaluate: only(...networks),
  });
  const emaArm = { reference: 'ema', detachSynthetic: false, warmUp: settings.warmUp.supervised } as const;
  const ema = <Arm extends string>(arm: Arm, change: Partial<Varied> = {}, options: AdaptedOptions = {}): PddRecipe<Arm> =>
    adapted(arm, { ...emaArm, ...change }, options);

  /** Both distances, either, and neither: fine-tuning on synthetic pairs alone. */
  const terms = <Suffix extends '' | '-alexnet'>(suffix: Suffix, features: FeatureNetworkName) => ({
    supervised: adapted(`supervised${suffix}`, { inter: null, intra: null, features }),
    static: adapted(`static${suffix}`, { premise: true, features }, { networks: ['student', 'ema'] }),
    staticIntra: adapted(`static-intra${suffix}`, { inter: null, features }),
    staticInter: adapted(`static-inter${suffix}`, { intra: null, features }),
    ema: ema(`ema${suffix}`, { premise: true, features }, { networks: ['student', 'ema'] }),
    emaIntra: ema(`ema-intra${suffix}`, { inter: null, features }),
    emaInter: ema(`ema-inter${suffix}`, { intra: null, features }),
  });

  /** A network evaluated without training. */
  const asIs = <Arm extends string>(
    arm: Arm,
    options: { published: 'realesr-general' } | { start: PddRecipe },
    evaluate: readonly string[],
    roles: string[],
  ): PddRecipe<Arm> => ({
    ...common,
    arm,
    method: { name: 'as-is', network, published: 'published' in options ? options.published : null },
    data: { ...data, evaluate },
    schedule: { ...settings.schedule, steps: 1, checkpointEvery: 1 },
    startFrom: 'start' in options ? { pretrained: options.start } : {},
    evaluate: only(...roles),
  });
  /** The generalist trained on with L1 alone, for as many updates as G has in PDD: without a discriminator there is none to warm up. */
  const plain = <Arm extends string>(arm: Arm, lr: DegradationName): PddRecipe<Arm> => ({
    ...common,
    arm,
    method: { name: 'plain', network, role: 'student' },
    data: { ...data, lr },
    schedule: updatesOfG(settings),
    startFrom: { pretrained: realEsrgan },
    evaluate: only('student'),
  });
  const hasPublished = datasets.published?.includes('realesr-general') === true;

  return {
    pretrain: realEsrgan,
    pretrainBsrgan: bsrgan,
    /** The generalist trained on as it was, on its own degradation. */
    generalistLong: plain('pretrain-long', 'real-esrgan'),
    /** Both pretrained networks on the usual benchmarks, whose LR is MATLAB bicubic: near the specialist's `opencv-mix`, not the same. */
    onSynthetic: asIs('as-is-bicubic', { start: realEsrgan }, datasets.evaluate, ['specialist', 'generalist']),
    /** The plainest fine-tuning on synthetic pairs. */
    plain: plain('plain', 'opencv-mix'),
    ...terms('', 'vgg19'),
    /** The same through AlexNet's features, which a processor can afford. */
    alexnet: terms('-alexnet', 'alexnet'),
    staticAttached: adapted('static-attached', { detachSynthetic: false }),
    supervisedSpecialist: adapted('supervised-specialist', { trained: 'specialist', reference: 'generalist', inter: null, intra: null }),
    /** The roles as the paper's abstract has them: the specialist is trained, the generalist frozen. */
    swapped: adapted('static-specialist', { trained: 'specialist', reference: 'generalist', premise: true }),
    swappedBsrgan: adapted('static-specialist-bsrgan', { trained: 'specialist', reference: 'generalist' }, { from: bsrgan }),
    swappedPublished: hasPublished ? adapted('static-specialist-published', { trained: 'specialist', reference: 'published' }) : null,
    published: hasPublished ? asIs('as-is-published', { published: 'realesr-general' }, real.test, ['published']) : null,
    direct: adapted('direct', { inter: null, intra: null, direct: 1 }),
    directSpecialist: adapted('direct-specialist', { trained: 'specialist', reference: 'generalist', inter: null, intra: null, direct: 1 }),
    emaBsrgan: ema('ema-bsrgan', {}, { from: bsrgan }),
    emaNoWarmUp: ema('ema-no-warm-up', { warmUp: 0 }),
    emaMatlab: ema('ema-matlab', { inter: { ...INTER, weight: 0.5 } }, { lr: null }),
    /** The generalist and what becomes of it, on target domains other than the main one. */
    others: others.map((to) => ({
      domain: to.adapt,
      generalist: asIs(`as-is-${to.adapt}`, { start: realEsrgan }, to.test, ['generalist']),
      supervised: adapted(`supervised-${to.adapt}`, { inter: null, intra: null }, { to }),
      static: adapted(`static-${to.adapt}`, {}, { to }),
      ema: ema(`ema-${to.adapt}`, {}, { to }),
    })),
    /** w_inter / w_intra, the intra-model weight kept at 1. */
    ratio: (ratio: number) =>
      ratio === 1
        ? ema('ema', { premise: true }, { networks: ['student', 'ema'] })
        : ema(`ema-ratio-${ratio}`, { inter: { ...INTER, weight: ratio } }),
    interDistance: (distance: Exclude<InterDistance, 'gram-of-difference'>) =>
      adapted(`static-inter-${distance}`, { inter: { weight: 1, distance } }),
    intraDistance: (distance: Exclude<IntraDistance, 'cross-entropy'>) =>
      adapted(`static-intra-${distance}`, { intra: { weight: 1, distance } }),
  };
}

interface AdaptedOptions {
  readonly from?: PddRecipe;
  /** null: LR as the training set has it, MATLAB bicubic. */
  readonly lr?: DegradationName | null;
  readonly networks?: readonly string[];
  readonly to?: TargetDomain;
}

type Arms = ReturnType<typeof pddArms>;
/** Those of the main target domain: the others are named after theirs. */
export type PddArm = ArmsOf<Omit<Arms, 'others' | 'alexnet'>> | ArmsOf<Arms['alexnet']>;
