import type { Batch, Method, State } from '@distillery/distill';
import { join } from 'node:path';
import { buildMethod, performRun, plan, readResults, TIERS, type Recipe, type Tier, mapStarts } from '@distillery/lab';
import { PAPERS } from '@distillery/papers';
import { seedRng, uniformTensor, useEngine, type Params } from '@distillery/tensor';
import { scalar, type Tensor4D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../lab/test/fixtures/temporary-folder';
import type { AcrossRecipe } from '../src/across/methods';
import { reweighted, TUNABLE, TUNED, TUNING_SEED, WEIGHT_FACTORS, type TunableArm } from '../src/across/weights';

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

function noise({ data: { batch, patch, channels }, scale }: Recipe): Batch {
  const sides = { lr: patch / scale, hr: patch };
  const of = (side: number): Tensor4D => uniformTensor(seedRng(side), [batch, side, side, channels], 0, 1) as Tensor4D;
  return { lr: of(sides.lr), hr: of(sides.hr), learningRate: scalar(1e-3) };
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

  it.each(['small', 'full'] as const)(
    'are tuned alike: five weights each, a seed that no result uses, all else as it is, %s tier',
    (tier) => {
      const runs = plan([across], tier, { engine: 'wasm', datasets, seeds: 3 });
      const tuning = runs.filter(({ experiments }) => experiments.includes('tuning'));
      expect(tuning).toHaveLength(TUNABLE.length * WEIGHT_FACTORS.length);
      expect(new Set(tuning.map(({ spec }) => spec.seed))).toEqual(new Set([TUNING_SEED]));
      // Only what trained nothing of its own comes before them with that seed.
      const others = runs.filter(({ spec, experiments }) => spec.seed === TUNING_SEED && !experiments.includes('tuning'));
      expect(others.map(({ spec }) => spec.recipe.arm).sort()).toEqual(['pisr-teacher', 'superior-lr', 'teacher']);
      for (const { spec } of tuning) {
        const [, of, factor] = /^(.+)-w([\d.]+)$/.exec(spec.recipe.arm) as unknown as [string, TunableArm, string];
        const released = runs.find(({ spec: { recipe } }) => recipe.arm === of)?.spec.recipe as Recipe;
        const { method, ...rest } = { ...spec.recipe, arm: of };
        expect({ ...rest, method: released.method }, spec.recipe.arm).toEqual(released);
        if (factor !== '1') expect(method, spec.recipe.arm).not.toEqual(released.method);
      }
    },
  );

  it('weigh their terms by the factor beside the ground truth', () => {
    const small = Object.fromEntries(recipes('small').map((one) => [one.arm, one.method])) as Record<TunableArm, AcrossRecipe['method']>;
    const at = (of: TunableArm, factor: number): unknown => reweighted(small[of], factor);
    // (1 - alpha) : factor alpha = 1 : 3.
    expect(at('imitation', 3)).toMatchObject({ alpha: 0.75 });
    expect(at('csd', 0.1)).toMatchObject({ factor: 0.1 });
    expect(at('srkd', 10)).toMatchObject({ factor: 10, gradientRatio: null });
    expect(at('srkd-mean', 10)).toMatchObject({ gradientRatio: 2.5 });
    expect(at('feature-l2', 0.1)).toMatchObject({ gradientRatio: 0.05 });
    expect(at('pisr', 10)).toMatchObject({ distillation: { strength: { weight: 1e-5 } } });
    expect(at('jdsr', 10)).toMatchObject({ peer: { weight: 0.01 } });
    expect(at('deep-mutual-learning', 3)).toMatchObject({ weight: 0.3 });
    expect(at('be-your-own-teacher', 10)).toMatchObject({ alpha: 3 / 3.7, hint: 0.3 });
    for (const of of TUNABLE)
      expect(reweighted(small[of], 1), of).toEqual({ ...small[of], ...('factor' in reweighted(small[of], 1) && { factor: 1 }) });
    expect(() => reweighted({ ...small.pisr, distillation: null } as AcrossRecipe['method'], 3)).toThrow('pisr has no weight to be tuned');
  });

  it('have terms that weigh in the step what the factor says', async () => {
    const losses = async (arm: TunableArm, factor: number): Promise<Record<string, number>> => {
      const one = recipes('smoke').find((recipe) => recipe.arm === arm) as AcrossRecipe;
      const { method, state } = drawn({ ...one, method: reweighted(one.method, factor) });
      const { lr, hr, ...batch } = noise(one);
      const { losses: values } = method.step(state, { lr, hr, ...batch });
      return Object.fromEntries(
        await Promise.all(Object.entries(values).map(async ([name, value]) => [name, (await value.data())[0] as number])),
      );
    };
    // total = (1 - alpha') reconstruction + alpha' imitation + beta' relation, all divided by the same sum: the share of FAKD's affinity grows by the factor.
    const weights = async (factor: number): Promise<number> => {
      const { total, reconstruction, imitation, relation } = (await losses('fakd', factor)) as Record<
        'total' | 'reconstruction' | 'imitation' | 'relation',
        number
      >;
      const sum = 0.5 + 0.5 * factor;
      return ((total - (0.5 * reconstruction + 0.5 * factor * imitation) / sum) * sum) / relation;
    };
    const one = await weights(1);
    expect((await weights(10)) / one).toBeCloseTo(10, 2);
    expect((await weights(0.1)) / one).toBeCloseTo(0.1, 2);
  });

  it.each(TIERS)('are said to be tuned as the runs of the experiment say, %s tier', async (tier) => {
    const results = await readResults(join(__dirname, '../../../reports/results'), tier, 'across');
    const ends = TUNABLE.map((of) =>
      WEIGHT_FACTORS.map((factor) => {
        const run = results?.runs.find(({ spec }) => spec.seed === TUNING_SEED && spec.recipe.arm === `${of}-w${factor}`);
        return run?.validation?.networks.student?.at(-1)?.[1];
      }),
    );
    const complete = ends.every((method) => method.every((psnr) => psnr !== undefined));
    const best = Object.fromEntries(
      ends.map((method, i) => [TUNABLE[i], WEIGHT_FACTORS[method.indexOf(Math.max(...(method as number[])))]]),
    );
    expect(TUNED[tier]).toEqual(complete ? best : undefined);
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
