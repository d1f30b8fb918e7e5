import type { Deployed, Method, State } from '@distillery/distill';
import type { ModelName } from '@distillery/models';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { z } from 'zod';
import type { Claim, DirectionClaim, Divergence } from './claim';
import type { Recipe, Tier, ValidateOptions } from './recipe';
import type { Experiment } from './experiment';

/** What a paper's method may ask for besides its recipe; found by the runner. */
export interface Resources {
  /**
   * Frozen VGG19 features (after ReLU): image batch `[n, h, w, 3]` in 0..1 RGB -> features by name (`relu1_1`...).
   * A seeded random network of the same shape where the weights are not found; `name` says which. `input` is the range the
   * network is fed: `caffe`, 0..255 BGR less the ImageNet mean as it was trained, or `raw`, 0..255 BGR as CSD's code feeds it.
   */
  readonly vgg19: {
    readonly name: string;
    features(x: Tensor4D, layers: readonly string[], input: 'caffe' | 'raw'): Record<string, Tensor4D>;
  } | null;
  /** The same of AlexNet, before its ReLUs (`conv1` ... `conv5`): for those who cannot afford VGG19. null or absent where the method does not name it. */
  readonly alexnet?: { readonly name: string; features(x: Tensor4D, layers: readonly string[]): Record<string, Tensor4D> } | null;
  /** The published network that the recipe's method needs, with its weights; null or absent where it needs none or is only to deploy. */
  readonly published?: Deployed | null;
  /** Final states of the runs in `recipe.startFrom`, by their names there; empty where the method is only to deploy. */
  readonly start: Readonly<Record<string, State>>;
}

/** The frozen feature networks that losses may look through. */
export type FeatureNetworkName = 'vgg19' | 'alexnet';

/** Real images: unlabelled ones to adapt to, and pairs to watch training by and to test on. */
export interface TargetDomain {
  readonly adapt: string;
  /** Absent: training is watched by the validation set of all papers. */
  readonly validate?: string;
  readonly test: readonly string[];
}

/** The sets a paper's experiments run on, by name in the data folder or `procedural`. */
export interface Datasets {
  readonly train: string;
  readonly evaluate: readonly string[];
  /** How training is watched; absent: not at all. */
  readonly validate?: ValidateOptions | undefined;
  /** For papers that adapt to a target domain: the domains, the main one first. Absent: the built-in stand-in. */
  readonly real?: readonly TargetDomain[];
  /** Models whose published weights are in the data folder. */
  readonly published?: readonly string[];
}

/** The runs that a method starts from, by the names that it knows them by; the optional ones may be absent. */
export type StartNames = Readonly<Record<string, 'required' | 'optional'>>;

/** A method as recipes name it: the options that it takes, and how they become a `Method`. */
export interface PaperMethod<Options = unknown> {
  /** Strict objects all the way down (`z.strictObject`): an option that nobody reads would still change a run's hash. */
  readonly options: z.ZodType<Options>;
  /** The frozen feature network that it needs, by its name in `Resources`; null or absent: none. */
  needsFeatures?(options: Options): FeatureNetworkName | null;
  /** The published weights that it needs (`Resources.published`), by the model's name; null or absent: none. */
  needsPublished?(options: Options): ModelName | null;
  /** The runs that it starts from; absent: none. A recipe that names another, or lacks a required one, is refused. */
  starts?(options: Options): StartNames;
  /** The method at a scale. Without a start or features it is only deployed: it must be built, but never steps. */
  build(options: Options, scale: number, resources: Resources): Method;
}

/** A paper: its facts, its experiments, and the methods that its recipes train. */
export interface Paper<Arm extends string = string> {
  readonly id: string;
  readonly title: string;
  readonly venue: string;
  /** null where there is nothing to link to. */
  readonly url: string | null;
  /** The method and the headline claim, in a few plain sentences. */
  readonly summary: string;
  /** Of a paper from outside this repository: what `--papers` takes to find it. Filled in where it is loaded. */
  readonly from?: string;
  /** Version of the paper's method and recipes, part of every run's hash: raised with a change that alters results. 1 if absent. */
  readonly version?: number;
  readonly claims: readonly Claim<Arm>[];
  readonly directions: readonly DirectionClaim<Arm>[];
  readonly divergences: readonly Divergence[];
  /** The arms whose step is timed, and the plain training of the same student that they are compared with. */
  readonly overhead: { readonly plain: Arm; readonly arms: readonly Arm[] };
  /** Experiments at a tier; on the given sets. */
  experiments(tier: Tier, datasets: Datasets): readonly Experiment[];
  /** The methods that its recipes name. */
  readonly methods: Readonly<Record<string, PaperMethod>>;
}

/** The sets that a recipe trains, validates and tests on, for its `data`. */
export function setsOf({ train, evaluate, validate }: Datasets): Pick<Recipe['data'], 'train' | 'evaluate' | 'validate'> {
  return { train, evaluate, ...(validate && { validate }) };
}
