import type { Tier } from '@distillery/lab';
import type { AcrossRecipe } from './methods';
import { reweigh } from './reweigh';

/** What every method's weight is multiplied by when it is tuned: five values over two decades around the paper's own. */
export const WEIGHT_FACTORS = [0.1, 0.3, 1, 3, 10] as const;
export type WeightFactor = (typeof WEIGHT_FACTORS)[number];

/** The seed that weights are tuned with. No result uses it. */
export const TUNING_SEED = 100;

/** The methods that have a weight to be tuned, as their arms are named. */
export const TUNABLE = [
  'imitation',
  'imitation-ensemble',
  'csd',
  'srkd',
  'srkd-mean',
  'fakd',
  'feature-l2',
  'attention-transfer',
  'fsp',
  'vid',
  'pisr',
  'jdsr',
  'deep-mutual-learning',
  'be-your-own-teacher',
  'pdd',
] as const;
export type TunableArm = (typeof TUNABLE)[number];

/**
 * The factor of each method whose student had the highest PSNR on the validation set after its last step, by the tier that it was tuned at. Not typed by judgement:
 * a test holds it against the runs of the experiment `tuning`. A tier is absent until all of them are there.
 */
export const TUNED: Readonly<Partial<Record<Tier, Readonly<Record<TunableArm, WeightFactor>>>>> = {};

type Method = AcrossRecipe['method'];

/**
 * A method with its own terms weighed `factor` times as much beside the term on the ground truth (`reweigh` where that has the share 1 - alpha). Throws RangeError for a method without a weight of its own.
 */
export function reweighted(method: Method, factor: number): Method {
  // A recipe is read by people: 0.00001, not 0.000009999999999999999.
  const times = (weight: number): number => Number((factor * weight).toPrecision(12));
  switch (method.name) {
    case 'imitation':
      return { ...method, alpha: reweigh(method.alpha, method.alpha, factor) };
    case 'csd':
    case 'fakd':
    case 'pdd':
      return { ...method, factor };
    case 'srkd':
      return method.gradientRatio === null ? { ...method, factor } : { ...method, gradientRatio: times(method.gradientRatio) };
    case 'features':
      return { ...method, gradientRatio: times(method.gradientRatio) };
    case 'pisr': {
      const { distillation } = method;
      if (distillation === null || !('strength' in distillation) || !('weight' in distillation.strength)) break;
      return { ...method, distillation: { ...distillation, strength: { weight: times(distillation.strength.weight) } } };
    }
    case 'jdsr':
      if (method.peer === null) break;
      return { ...method, peer: { ...method.peer, weight: times(method.peer.weight) } };
    case 'deep-mutual-learning':
      return { ...method, weight: times(method.weight) };
    case 'plain':
    case 'teacher-slice':
    case 'pisr-teacher':
    case 'superior-lr':
      break;
    case 'be-your-own-teacher':
      return { ...method, alpha: reweigh(method.alpha, method.alpha, factor), hint: times(method.hint) };
  }
  throw new RangeError(`${method.name} has no weight to be tuned`);
}
