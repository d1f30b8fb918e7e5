import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Batch } from '@distillery/distill';
import { buildMethod, performRun, plan, recipeSchema, resolveSpec, type Recipe, mapStarts } from '@distillery/lab';
import { PAPERS } from '@distillery/papers';
import { paramCount, seedRng, uniformTensor, useEngine, UserError } from '@distillery/tensor';
import { scalar, tidy, type Tensor4D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../lab/test/fixtures/temporary-folder';

const SRKD = PAPERS.srkd;
const DATASETS = { train: 'procedural', evaluate: ['procedural-test'] };
const TIERS = ['smoke', 'small', 'full'] as const;
const PUBLISHED = resolve(__dirname, '../../../../shared/papers/published/srkd.json');

const experiments = (tier: (typeof TIERS)[number]) => SRKD.experiments(tier, DATASETS);
const experiment = (id: string) => experiments('smoke').find((one) => one.id === id);
const recipeOf = (arm: string, id = 'controls') => experiment(id)?.arms.find((one) => one.arm === arm)?.recipe as Recipe;
const claim = (id: string) => SRKD.claims.find((one) => one.id === id);

/** What the runner finds for a recipe that starts from a trained teacher. */
function startOf(recipe: Recipe) {
  const teacher = buildMethod(SRKD, recipe.startFrom.teacher as Recipe, { vgg19: null, start: {} });
  return teacher.init(seedRng(1));
}

/** A batch of noise in the recipe's shapes. */
function batchOf({ data: { patch, batch }, scale }: Recipe): Batch {
  const noise = (side: number): Tensor4D => uniformTensor(seedRng(3), [batch, side, side, 1], 0, 1) as Tensor4D;
  return { lr: noise(patch / scale), hr: noise(patch), learningRate: scalar(1e-3) };
}

describe('SRKD', () => {
  beforeAll(() => useEngine('wasm'));

  it.each(TIERS)('has valid recipes whose methods can be made, %s', (tier) => {
    for (const { recipe } of experiments(tier).flatMap(({ arms }) => arms)) {
      expect(recipeSchema.parse(recipe)).toEqual(recipe);
      expect(recipe.data.channels).toBe(1);
      const method = buildMethod(SRKD, recipe, { vgg19: null, start: {} });
      const parameters = tidy(() => paramCount(Object.values(method.deploy(method.init(seedRng(0))))[0]?.params ?? {}));
      expect(parameters).toBeGreaterThan(0);
    }
  });

  it('plans each run once, every student for the same length, after a teacher of its scale', () => {
    const runs = plan([SRKD], 'small', { engine: 'wasm', datasets: DATASETS, seeds: 1 });
    expect(new Set(runs.map(({ id }) => id)).size).toBe(runs.length);
    const students = runs.filter(({ spec: { recipe } }) => recipe.evaluate.networks.join() === 'student' && recipe.arm !== 'student-long');
    expect(new Set(students.map(({ spec }) => spec.recipe.schedule.steps)).size).toBe(1);
    for (const { spec } of runs.filter(({ stage }) => stage === 1))
      expect(spec.recipe.startFrom.teacher).toMatchObject({ arm: 'teacher', scale: spec.recipe.scale });
    const [teacher, long] = ['teacher', 'student-long'].map((arm) =>
      runs.find(({ spec }) => spec.recipe.arm === arm && spec.recipe.scale === 3),
    );
    const steps = (run: typeof teacher) => run?.spec.recipe.schedule.steps as number;
    expect(steps(long)).toBe(steps(teacher) + (students[0]?.spec.recipe.schedule.steps as number));
  });

  it('has the networks of the paper at the full tier', () => {
    const counts = ([2, 3, 4] as const).map((scale) => {
      const arms = SRKD.experiments('full', DATASETS).find(({ id }) => id === `table2-x${scale}`)?.arms ?? [];
      return ['teacher', 'student'].map((network) => {
        const recipe = arms.find((arm) => arm.arm === network)?.recipe as Recipe;
        const method = buildMethod(SRKD, recipe, { vgg19: null, start: {} });
        return tidy(() => paramCount(method.deploy(method.init(seedRng(0)))[network]?.params ?? {}));
      });
    });
    expect(counts).toEqual([
      [740225, 16065],
      [739777, 15617],
      [805825, 81665],
    ]);
  });

  it.each(TIERS)('has an experiment for every claim and direction, %s', (tier) => {
    const shown = new Set(
      experiments(tier).flatMap(({ id, arms }) => arms.map((arm) => `${id} ${arm.arm} ${arm.network} x${arm.recipe.scale}`)),
    );
    for (const { experiment: id, arm, network, scale, row } of SRKD.claims) {
      if (arm === undefined) expect(row).toMatch(/^(bicubic|RAISR)$/);
      else expect(shown).toContain(`${id} ${arm} ${network} x${scale}`);
    }
    for (const { experiment: id, better, worse, scale } of SRKD.directions)
      for (const { arm, network } of [better, worse]) expect(shown).toContain(`${id} ${arm} ${network} x${scale}`);
  });

  it('has no two claims, directions or experiments of one name', () => {
    for (const ids of [SRKD.claims, SRKD.directions, experiments('small')].map((list) => list.map(({ id }) => id)))
      expect(new Set(ids).size).toBe(ids.length);
  });

  it('states what was published', () => {
    expect(claim('srkd/table2/mean2/student/x2/Urban100/psnr')?.value).toBe(29.37);
    expect(claim('srkd/table2/teacher/teacher/x4/Set5/psnr')?.value).toBe(31.85);
    expect(claim('srkd/table1/mean/student/x3/Set5/psnr')?.value).toBe(32.43);
    expect(claim('srkd/figure4/mean4/student/x3/BSD100/psnr')?.value).toBe(28.18);
    expect(claim('srkd/table1/mean-1-001/student/x3/Set5/psnr')).toMatchObject({
      value: 32.17,
      suspect: expect.stringContaining('(1; 0,0,1)'),
    });
    const published = (id: string) => SRKD.directions.find((one) => one.id === `srkd/direction/${id}`)?.published;
    expect(published('srkd-over-student/x2')).toEqual({ Set5: 0.45, Set14: 0.26, BSD100: 0.24, Urban100: 0.54 });
    expect(published('without-last-mean-1-100/x3')).toEqual({ Set5: 0.17, Set14: 0.1, BSD100: 0.04, Urban100: 0.1 });
    expect(published('srkd-over-output/x3')).toBeNull();
    for (const { published: gains, id } of SRKD.directions)
      for (const gain of Object.values(gains ?? {})) expect(gain, id).toBeGreaterThan(0);
  });

  it.skipIf(!existsSync(PUBLISHED))('states every number of the published tables, and no other', () => {
    interface Table {
      readonly table: string;
      readonly rows: readonly { readonly dataset: string; readonly scale: number; readonly psnr: number | null }[];
    }
    const tables = JSON.parse(readFileSync(PUBLISHED, 'utf8')) as Table[];
    for (const name of ['Table 1', 'Table 2', 'Figure 4']) {
      const key = (dataset: string, scale: number, value: number | null) => `${dataset} x${scale} ${value}`;
      const theirs = tables.find(({ table }) => table === name)?.rows.map(({ dataset, scale, psnr }) => key(dataset, scale, psnr));
      const ours = SRKD.claims.filter(({ table }) => table === name).map(({ dataset, scale, value }) => key(dataset, scale, value));
      expect(ours.sort(), name).toEqual(theirs?.sort());
    }
  });

  it('refuses the options of another method in one line', () => {
    const recipe = { ...recipeOf('mean2'), method: { ...recipeOf('mean2').method, statistics: [] } };
    expect(() => buildMethod(SRKD, recipe, { vgg19: null, start: {} })).toThrow(UserError);
  });

  it('teaches by the run that it starts from, or by random weights', () => {
    const firstStep = (recipe: Recipe, teacher: ReturnType<typeof startOf>) =>
      tidy(() => {
        const method = buildMethod(SRKD, recipe, { vgg19: null, start: { teacher } });
        const { losses } = method.step(method.init(seedRng(0)), batchOf(recipe));
        return losses['features body.0']?.dataSync()[0] as number;
      });
    const [trained, random] = [recipeOf('mean2'), recipeOf('random-teacher')];
    const [one, other] = [
      startOf(trained),
      buildMethod(SRKD, trained.startFrom.teacher as Recipe, { vgg19: null, start: {} }).init(seedRng(2)),
    ];
    expect(firstStep(trained, one)).not.toBe(firstStep(trained, other));
    expect(firstStep(random, one)).toBe(firstStep(random, other));
  });

  it('has the squared ground truth with the statistic and without, the latter without a teacher', () => {
    expect(recipeOf('mean2-mse').method).toEqual({ ...recipeOf('mean2').method, reconstructionNorm: 'l2' });
    expect(recipeOf('student-mse')).toMatchObject({ startFrom: {}, method: { reconstructionNorm: 'l2', positionWeights: [0, 0, 0] } });
    const method = buildMethod(SRKD, recipeOf('student-mse'), { vgg19: null, start: {} });
    const losses = tidy(() => Object.keys(method.step(method.init(seedRng(0)), batchOf(recipeOf('student-mse'))).losses));
    expect(losses).toEqual(['total']);
  });

  it('has teacher and student of one width, as in the paper', () => {
    for (const tier of TIERS) {
      const { student, teacher } = experiments(tier)
        .find(({ id }) => id === 'table2-x3')
        ?.arms.find(({ arm }) => arm === 'mean2')?.recipe.method as unknown as Record<'student' | 'teacher', { features: number }>;
      expect(teacher.features, tier).toBe(student.features);
    }
  });

  it('runs end to end: the teacher, then a student, with the gradient norms in its curves', async () => {
    const folder = await temporaryFolder();
    const tiny = (recipe: Recipe): Recipe => ({
      ...recipe,
      data: { ...recipe.data, patch: 12, batch: 2 },
      schedule: { ...recipe.schedule, steps: 2 },
      startFrom: mapStarts(recipe.startFrom, tiny),
    });
    const spec = { recipe: tiny(recipeOf('mean2')), seed: 0, engine: 'wasm' };
    const result = await performRun(spec, { dataDir: null, runsDir: folder, papers: [SRKD] });
    expect(result.evaluations[0]).toMatchObject({ network: 'student', dataset: 'procedural-test', protocol: 'y-border-scale' });
    expect(Object.keys(result.curves)).toEqual(expect.arrayContaining(['reconstruction', 'features body.0', 'gradient features body.1']));
    expect(await resolveSpec('srkd/smoke/mean2-x3/0', [SRKD], { engine: 'wasm', datasets: DATASETS })).toMatchObject({
      recipe: recipeOf('mean2'),
    });
  });
});
