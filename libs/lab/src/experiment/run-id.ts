import type { RunSpec } from './recipe';

/** `<arm>-x<scale>`: an arm at a scale, as in folder names and run ids. */
export function cellName(recipe: { readonly arm: string; readonly scale: number }): string {
  return `${recipe.arm}-x${recipe.scale}`;
}

/** A run's name within a plan: `csd/small/csd-x4/0` = paper / tier / cell / seed. */
export function runId({ recipe, seed }: RunSpec): string {
  return `${recipe.paper}/${recipe.tier}/${cellName(recipe)}/${seed}`;
}
