import { join } from 'node:path';
import type { Paper, PaperOverhead, PapersModule, Recipe, StepCost, Tier } from '@distillery/lab';
import type { MethodWorkerSetup } from './method-worker';
import { takeTurns, type Timing } from './take-turns';
import { startNode } from './timed-process';

const WORKER = join(__dirname, 'method-worker.js');

export interface BenchMethodsOptions {
  readonly papersModules: readonly PapersModule[];
  readonly tier: Tier;
  readonly engine: string;
  readonly dataDir: string | null;
  readonly rounds: number;
  readonly threads: number;
}

/** Times a step of the paper's arms named in `Paper.overhead` beside the plain training of the same student. */
export async function benchMethods(paper: Paper, options: BenchMethodsOptions): Promise<PaperOverhead> {
  const { plain, arms } = paper.overhead;
  const recipes = [plain, ...arms].map((arm) => recipeOf(paper, arm, options.tier));
  const { papersModules, engine, dataDir } = options;
  const setup = (recipe: Recipe): MethodWorkerSetup => ({ recipe, papersModules, engine, dataDir });
  const timings = await takeTurns(
    recipes.map((recipe) => ({
      name: recipe.arm,
      start: () => startNode(WORKER, setup(recipe), options.threads),
    })),
    options.rounds,
  );
  return { paper: paper.id, plain, arms: timings.map((timing, i) => costOf(timing, recipes[i] as Recipe)) };
}

function recipeOf(paper: Paper, arm: string, tier: Tier): Recipe {
  const experiments = paper.experiments(tier, { train: 'procedural', evaluate: ['procedural-test'] });
  const found = experiments.flatMap((experiment) => experiment.arms).find(({ recipe }) => recipe.arm === arm);
  if (!found) throw new Error(`${paper.id} has no arm '${arm}' at the ${tier} tier to measure the overhead of`);
  return found.recipe;
}

function costOf({ name, measured }: Timing, recipe: Recipe): StepCost {
  if (!measured) throw new Error(`the step of ${recipe.paper}'s arm '${name}' failed`);
  const { firstStepSeconds, compileSeconds, fallback } = measured.said as Pick<
    StepCost,
    'firstStepSeconds' | 'compileSeconds' | 'fallback'
  >;
  return {
    arm: name,
    method: recipe.method.name,
    milliseconds: measured.clockMs,
    peakBytes: measured.peakBytes,
    firstStepSeconds,
    compileSeconds,
    fallback,
  };
}
