import type { Method } from '@distillery/distill';
import type { Params } from '@distillery/tensor';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { Claim, DirectionClaim, Divergence } from './claim';
import type { Recipe, Tier } from './recipe';
import type { Experiment } from './result';

/** What a paper's method may ask for besides its recipe; found by the runner. */
export interface Resources {
  /**
   * Frozen VGG19 features (after ReLU): image batch `[n, h, w, 3]` in 0..1 RGB -> features by name (`relu1_1`...).
   * A seeded random network of the same shape where the weights are not found; `name` says which.
   */
  readonly vgg19: { readonly name: string; features(x: Tensor4D, layers: readonly string[]): Record<string, Tensor4D> } | null;
  /** Final state of `recipe.startFrom`, by slot. */
  readonly startState: Readonly<Record<string, Params>> | null;
}

/** A paper: its facts, its experiments, and how a recipe becomes a method. */
export interface Paper {
  readonly id: string;
  readonly title: string;
  readonly venue: string;
  readonly url: string;
  /** The method and the headline claim, in a few plain sentences. */
  readonly summary: string;
  readonly claims: readonly Claim[];
  readonly directions: readonly DirectionClaim[];
  readonly divergences: readonly Divergence[];
  /** Experiments at a tier; the data folder's training set is used when given, else the procedural one. */
  experiments(tier: Tier, datasets: { readonly train: string; readonly evaluate: readonly string[] }): readonly Experiment[];
  /** Whether a recipe's method needs `Resources.vgg19`. */
  needsFeatures(recipe: Recipe): boolean;
  method(recipe: Recipe, resources: Resources): Method;
}
