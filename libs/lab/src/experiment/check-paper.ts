import { UserError } from '@distillery/tensor';
import { validate } from '../json/parse-json';
import type { ArmRef } from './claim';
import { EVIDENCE_TIERS } from './evidence';
import type { Experiment } from './experiment';
import { lenientObject } from './lenient-object';
import type { Datasets, Paper } from './paper';
import { methodOfRecipe } from './paper-method';
import { paperSchema } from './paper-schema';
import { plan } from './plan';
import { TIERS, type Recipe, type Tier } from './recipe';
import { recipeSchema } from './recipe-schema';

/** The sets that experiments are built with here. Any would do: only their names are used. */
const DATASETS: Datasets = { train: 'procedural', evaluate: ['procedural-test'] };

type Experiments = Readonly<Record<Tier, readonly Experiment[]>>;

/**
 * The value as a paper. Throws UserError, one line that names `where` it came from, for the first thing that is wrong: its shape; options that are not strict;
 * recipes that are not valid, or name a method, an option or an architecture that is unknown; claims, directions, controls and measured arms of which no
 * experiment knows.
 */
export function checkPaper(value: unknown, where: string): Paper {
  const paper = validate(value, paperSchema, where, 'expected a paper, see docs/add-a-paper.md');
  try {
    checkMethods(paper);
    const experiments = Object.fromEntries(TIERS.map((tier) => [tier, experimentsAt(paper, tier)])) as unknown as Experiments;
    for (const tier of TIERS) for (const experiment of experiments[tier]) checkExperiment(paper, tier, experiment);
    checkClaims(paper, experiments);
    checkDirections(paper, experiments);
    checkOverhead(paper, experiments);
  } catch (error) {
    throw error instanceof UserError ? new UserError(`${where}: ${error.message}`) : error;
  }
  return paper;
}

function checkMethods({ methods }: Paper): void {
  for (const [name, { options }] of Object.entries(methods)) {
    const lenient = lenientObject(options);
    if (lenient !== null)
      throw new UserError(`${lenient} of the method '${name}' takes entries that it does not know, expected z.strictObject`);
  }
}

/** The experiments. They are planned as well, because a plan refuses two different recipes of one name. */
function experimentsAt(paper: Paper, tier: Tier): readonly Experiment[] {
  try {
    plan([paper], tier, { engine: 'wasm', datasets: DATASETS, seeds: 1 });
    return paper.experiments(tier, DATASETS);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(`no plan can be made of its experiments at the ${tier} tier: ${reason}`, { cause: error });
  }
}

function checkExperiment(paper: Paper, tier: Tier, { id, arms, controls = [] }: Experiment): void {
  for (const { arm, network, recipe } of arms) {
    const row = `experiment ${id} at the ${tier} tier, arm '${arm}'`;
    checkRecipe(paper, tier, recipe, row);
    if (recipe.arm !== arm) throw new UserError(`${row}: its recipe is of the arm '${recipe.arm}'`);
    const { networks } = recipe.evaluate;
    if (!networks.includes(network))
      throw new UserError(`${row}: its recipe does not evaluate the network '${network}', only ${networks.join(', ') || 'none'}`);
  }
  const unknown = controls.find((control) => !arms.some(({ arm }) => arm === control));
  if (unknown !== undefined) throw new UserError(`experiment ${id}: the control '${unknown}' is none of its arms`);
}

/** A recipe and those that it starts from. */
function checkRecipe(paper: Paper, tier: Tier, recipe: Recipe, row: string): void {
  validate(recipe, recipeSchema, `${row}: its recipe`, 'expected a recipe');
  if (recipe.paper !== paper.id) throw new UserError(`${row}: its recipe is of the paper '${recipe.paper}'`);
  if (recipe.tier !== tier) throw new UserError(`${row}: its recipe is of the ${recipe.tier} tier`);
  methodOfRecipe(paper, recipe);
  for (const start of Object.values(recipe.startFrom)) checkRecipe(paper, tier, start, row);
}

function checkClaims({ id: paper, claims, directions }: Paper, { full }: Experiments): void {
  const ids = [...claims, ...directions].map(({ id }) => id);
  const repeated = ids.find((id, i) => ids.indexOf(id) !== i);
  if (repeated !== undefined) throw new UserError(`two claims have the id '${repeated}'`);
  for (const { id, paper: of, value, verified, experiment, arm = '', network } of claims) {
    if (of !== paper) throw new UserError(`claim ${id} is of the paper '${of}'`);
    if (value !== null && !verified) throw new UserError(`claim ${id} has a value that is not verified, expected null`);
    const problem = experiment === undefined ? null : problemOf(full, experiment, { arm, network });
    if (problem !== null) throw new UserError(`claim ${id}: ${problem}`);
  }
}

/** Both sides of a direction must be shown at the same tier, one that is evidence. */
function checkDirections({ id: paper, directions }: Paper, experiments: Experiments): void {
  for (const { id, paper: of, experiment, better, worse } of directions) {
    if (of !== paper) throw new UserError(`direction ${id} is of the paper '${of}'`);
    const problems = EVIDENCE_TIERS.map(
      (tier) => problemOf(experiments[tier], experiment, better) ?? problemOf(experiments[tier], experiment, worse),
    );
    const [first = null] = problems;
    if (first !== null && !problems.includes(null)) throw new UserError(`direction ${id}: ${first}`);
  }
}

function checkOverhead({ overhead }: Paper, { small }: Experiments): void {
  const arms = new Set(small.flatMap((experiment) => experiment.arms.map(({ arm }) => arm)));
  const unknown = [overhead.plain, ...overhead.arms].find((arm) => !arms.has(arm));
  if (unknown !== undefined)
    throw new UserError(`the overhead of the arm '${unknown}' is to be measured, which the small tier does not have`);
}

/** Why an experiment does not show a network of an arm; null if it does. */
function problemOf(all: readonly Experiment[], experiment: string, { arm, network }: ArmRef): string | null {
  const found = all.find(({ id }) => id === experiment);
  if (!found) return `unknown experiment '${experiment}', expected one of ${all.map(({ id }) => id).join(', ')}`;
  const rows = found.arms.filter((row) => row.arm === arm);
  if (rows.length === 0) return `unknown arm '${arm}', expected one of ${[...new Set(found.arms.map((row) => row.arm))].join(', ')}`;
  if (rows.some((row) => row.network === network)) return null;
  return `the experiment ${experiment} shows no network '${network}' of the arm '${arm}', only ${rows.map((row) => row.network).join(', ')}`;
}
