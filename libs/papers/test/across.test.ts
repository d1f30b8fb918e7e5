import type { Method, State } from '@distillery/distill';
import { buildMethod, performRun, plan, TIERS, type Recipe, type Tier, mapStarts } from '@distillery/lab';
import { PAPERS } from '@distillery/papers';
import { seedRng, useEngine, type Params } from '@distillery/tensor';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../lab/test/fixtures/temporary-folder';

const { across } = PAPERS;
const datasets = { train: 'procedural', evaluate: ['procedural-test'] };
const recipes = (tier: Tier): Recipe[] => plan([across], tier, { engine: 'wasm', datasets, seeds: 1 }).map(({ spec }) => spec.recipe);
const teaches = ({ evaluate }: Recipe): boolean => evaluate.networks.includes('student');
const students = (tier: Tier): Recipe[] => recipes(tier).filter(teaches);

const shapesOf = (params: Params | undefined) => Object.fromEntries(Object.entries(params ?? {}).map(([name, { shape }]) => [name, shape]));

/** A method's state as after no steps, from the freshly drawn states of what comes before it. */
function drawn(recipe: Recipe): { method: Method; state: State } {
  const start = mapStarts(recipe.startFrom, (before) => drawn(before).state);
  const method = buildMethod(across, recipe, { vgg19: null, start });
  return { method, state: method.init(seedRng(1)) };
}

describe('all methods into the same student', () => {
  beforeAll(() => useEngine('wasm'));

  it('deploy networks of one architecture', () => {
    const [first, ...others] = students('smoke').map((recipe) => {
      const { method, state } = drawn(recipe);
      const student = method.deploy(state).student;
      return { arm: recipe.arm, name: student?.model.name, shapes: shapesOf(student?.params) };
    });
    expect(others.length).toBeGreaterThan(15);
    for (const { arm, name, shapes } of others) expect({ name, shapes }, arm).toEqual({ name: first?.name, shapes: first?.shapes });
  });

  it.each(TIERS)('see the same patches for the same number of updates, but for the control that is to be longer, %s tier', (tier) => {
    const budget = ({ data: { train, patch, batch }, schedule: { steps, learningRate } }: Recipe) => ({
      train,
      patch,
      batch,
      steps,
      learningRate,
    });
    const all = students(tier);
    const [reference] = all.filter(({ arm }) => arm === 'alone').map(budget);
    for (const recipe of all.filter(({ arm }) => arm !== 'alone-long')) expect(budget(recipe), recipe.arm).toEqual(reference);
    const before = recipes(tier).filter((recipe) => !teaches(recipe));
    expect(new Set(before.map(({ schedule }) => schedule.steps)).size).toBe(1);
    const long = all.find(({ arm }) => arm === 'alone-long');
    expect(long?.schedule.steps).toBe((before[0]?.schedule.steps ?? 0) + (reference?.steps ?? 0));
  });

  it('start the control as the slice of the teacher, and the others from scratch unless they say so', () => {
    const starts = Object.fromEntries(
      students('smoke').map((recipe) => [recipe.arm, drawn(recipe).state.network?.['head.weight']?.dataSync().slice(-8).join()]),
    );
    for (const arm of ['imitation', 'srkd', 'fakd', 'fsp', 'pdd', 'jdsr']) expect(starts[arm], arm).toBe(starts.alone);
    for (const arm of ['teacher-slice', 'imitation-slice', 'pisr-start']) expect(starts[arm], arm).not.toBe(starts.alone);
    expect(starts['imitation-slice']).toBe(starts['teacher-slice']);
    expect(starts.pisr).toBe(starts['pisr-start']);
  });

  it('run end to end', async () => {
    const short = (one: Recipe): Recipe => ({
      ...one,
      data: { ...one.data, patch: 24, batch: 2 },
      schedule: { ...one.schedule, steps: 2 },
      startFrom: mapStarts(one.startFrom, short),
    });
    const recipe = recipes('smoke').find(({ arm }) => arm === 'attention-transfer') as Recipe;
    const result = await performRun(
      { recipe: short(recipe), seed: 0, engine: 'wasm' },
      { dataDir: null, runsDir: await temporaryFolder(), papers: [across] },
    );
    expect(result.evaluations.map(({ network }) => network)).toContain('student');
    expect(Object.keys(result.curves)).toEqual(['total', 'reconstruction', 'relation']);
  });
});
