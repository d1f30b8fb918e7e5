import type { Recipe } from './recipe';
import type { ExperimentArm } from './experiment';

/** A row of an experiment: one of the networks that an arm deploys. */
export function row(recipe: Recipe, label: string, network = 'student'): ExperimentArm {
  return { arm: recipe.arm, network, label, recipe };
}
