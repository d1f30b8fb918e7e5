import type { DegradationName } from '@distillery/data';
import type { Schedule } from '@distillery/distill';
import type { Json } from '../json/json';

export const TIERS = ['smoke', 'learn', 'small', 'full'] as const;
/**
 * smoke: seconds per run, proves the machinery. learn: up to a minute per run, networks above bicubic to look at. Neither is evidence of anything.
 * small: minutes, several seeds, evidence of direction. full: the paper's protocol.
 */
export type Tier = (typeof TIERS)[number];

/** How training is watched: its networks are scored on a set that is neither trained nor tested on. */
export interface ValidateOptions {
  /** By name in the data folder, or `procedural-validate`. */
  readonly set: string;
  /** How often: so many times, at equal distances; the last time after the last step. */
  readonly points: number;
}

/** A method by its name and its own options: the entry of that name in `Paper.methods` says which it takes. */
export interface RecipeMethod {
  readonly name: string;
  readonly [option: string]: Json;
}

/**
 * All that one training run consists of, as plain JSON: what is hashed, stored, and shipped to a scheduler. A paper narrows the types of
 * its arms' names and of its methods' options (`MethodOptions`), so that a claim about an arm that does not exist does not compile.
 */
export interface Recipe<Arm extends string = string, Method extends RecipeMethod = RecipeMethod> {
  readonly paper: string;
  /** The arm as used in experiments: `csd`, `csd-k4-mean`. Unique per paper and scale. */
  readonly arm: Arm;
  readonly scale: number;
  readonly tier: Tier;
  readonly method: Method;
  readonly data: {
    /** Training set by name in the data folder, or `procedural`. */
    readonly train: string;
    readonly evaluate: readonly string[];
    /** Absent: training is not watched. */
    readonly validate?: ValidateOptions;
    /** HR patch side in pixels; a multiple of the scale. */
    readonly patch: number;
    readonly batch: number;
    readonly channels: 1 | 3;
    /** Absent: LR as the training set has it (MATLAB bicubic). Else HR patches go through this degradation instead. */
    readonly lr?: DegradationName;
    /** The same HR patches through another degradation as well, `batch.blind`. */
    readonly blind?: DegradationName;
    /** A set whose LR patches, unrelated to the others, are `batch.real`. */
    readonly real?: string;
  };
  readonly schedule: Schedule & { readonly checkpointEvery: number };
  /** The runs whose final states this one starts from, by the name that the method knows each by (`teacher`). Same seed, same engine. */
  readonly startFrom: Readonly<Record<string, Recipe>>;
  /** Networks to evaluate (names from `Method.deploy`) and whether to add the x8 self-ensemble. */
  readonly evaluate: { readonly networks: readonly string[]; readonly selfEnsemble: boolean };
}

/** One run: a recipe under a seed on an engine. `distillery run SPEC` performs it. */
export interface RunSpec {
  readonly recipe: Recipe;
  readonly seed: number;
  readonly engine: string;
}
