import { disposeState, type Batch, type Method, type State } from '@distillery/distill';
import { seedRng, uniformTensor, type Rng } from '@distillery/tensor';
import { scalar, type Tensor4D } from '@tensorflow/tfjs-core';
import { findFeatures } from '../frozen/feature-network';
import type { Paper } from '../experiment/paper';
import { buildMethod, methodOfRecipe } from '../experiment/paper-method';
import type { Recipe } from '../experiment/recipe';
import { mapStarts } from '../experiment/starts';

/** A recipe's training step, ready to be timed. */
export interface SyntheticStep {
  readonly method: Method;
  /** The state before the first step: the cost of a step does not depend on what was learned. */
  readonly state: State;
  /** Noise of the recipe's shapes. */
  readonly batch: Batch;
}

/**
 * The step of a recipe on the active engine (named `engine`), without training data and without the runs it would start from: their networks are
 * freshly drawn. The caller owns all tensors.
 */
export async function syntheticStep(paper: Paper, recipe: Recipe, engine: string, dataDir: string | null): Promise<SyntheticStep> {
  const rng = seedRng(0);
  const needed = methodOfRecipe(paper, recipe);
  const features = await findFeatures(needed.method.needsFeatures?.(needed.options) ?? null, dataDir, engine);
  const start = mapStarts(recipe.startFrom, (before) => drawn(paper, before, rng));
  const method = buildMethod(paper, recipe, { ...(features?.load() ?? { vgg19: null }), start });
  const state = method.init(rng.split('init'));
  return { method, state, batch: noiseBatch(recipe, rng.split('batch')) };
}

/** The state of a recipe's method as after no steps. */
function drawn(paper: Paper, recipe: Recipe, rng: Rng): State {
  const start = mapStarts(recipe.startFrom, (before) => drawn(paper, before, rng));
  const state = buildMethod(paper, recipe, { vgg19: null, start }).init(rng.split('start'));
  Object.values(start).forEach(disposeState);
  return state;
}

function noiseBatch({ data: { batch, patch, channels, ...data }, scale, schedule }: Recipe, rng: Rng): Batch {
  const noise = (side: number): Tensor4D => uniformTensor(rng, [batch, side, side, channels], 0, 1) as Tensor4D;
  const side = patch / scale;
  return {
    lr: noise(side),
    hr: noise(patch),
    learningRate: scalar(schedule.learningRate),
    ...('blind' in data && { blind: noise(side) }),
    ...('real' in data && { real: noise(side) }),
  };
}
