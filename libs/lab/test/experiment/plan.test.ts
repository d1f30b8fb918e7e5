import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  findPlannedRun,
  plan,
  plannedRuns,
  resolveSpec,
  runId,
  isEvidence,
  TIERS,
  type Experiment,
  type Paper,
  type PlannedRun,
  type Tier,
  type Recipe,
} from '@distillery/lab';
import { UserError } from '@distillery/tensor';
import { describe, expect, it } from 'vitest';
import { makeRecipe } from '../fixtures/results';

const pretrain = makeRecipe({ arm: 'pretrain' });
const teacher = makeRecipe({ arm: 'teacher', startFrom: { pretrained: pretrain } });
const twice = makeRecipe({ arm: 'twice', startFrom: { teacher } });
const plain = makeRecipe();

function experiment(id: string, ...recipes: readonly Recipe[]): Experiment {
  return {
    id,
    title: id,
    caption: '',
    kind: 'table',
    arms: recipes.map((recipe) => ({ arm: recipe.arm, network: 'student', label: recipe.arm, recipe })),
  };
}

function makePaper(...experiments: readonly Experiment[]): Paper {
  return {
    id: 'tiny',
    title: '',
    venue: '',
    url: '',
    summary: '',
    claims: [],
    directions: [],
    divergences: [],
    overhead: { plain: 'plain', arms: [] },
    experiments: () => experiments,
    methods: {},
  };
}

const paper = makePaper(
  experiment('table1-x2', twice, plain),
  experiment('table1-x4', { ...plain, scale: 4 }),
  experiment('width', plain, teacher),
);
const options = { engine: 'wasm', datasets: { train: 'T91', evaluate: ['Set5'] } };

describe('plan', () => {
  it('lists every run once, starts first, with what it needs and who shows it', () => {
    expect(
      plan([paper], 'small', { ...options, seeds: 1 }).map(({ id, stage, needs, experiments }) => ({ id, stage, needs, experiments })),
    ).toEqual([
      { id: 'tiny/small/pretrain-x2/0', stage: 0, needs: [], experiments: [] },
      { id: 'tiny/small/plain-x2/0', stage: 0, needs: [], experiments: ['table1-x2', 'width'] },
      { id: 'tiny/small/plain-x4/0', stage: 0, needs: [], experiments: ['table1-x4'] },
      { id: 'tiny/small/teacher-x2/0', stage: 1, needs: ['tiny/small/pretrain-x2/0'], experiments: ['width'] },
      { id: 'tiny/small/twice-x2/0', stage: 2, needs: ['tiny/small/teacher-x2/0'], experiments: ['table1-x2'] },
    ]);
  });

  it('gives the runs of however many seeds one by one, those of own seeds behind them', () => {
    const tuning = { ...experiment('tuning', plain, twice), seeds: [1, 7] };
    const both = makePaper(experiment('width', plain, teacher), tuning);
    const all = plan([both], 'small', { ...options, seeds: 2 }).map(({ stage, id, experiments }) => [stage, id, ...experiments]);
    expect(all).toEqual([
      [0, 'tiny/small/plain-x2/0', 'width'],
      [0, 'tiny/small/pretrain-x2/0'],
      [0, 'tiny/small/plain-x2/1', 'width', 'tuning'],
      [0, 'tiny/small/pretrain-x2/1'],
      [0, 'tiny/small/plain-x2/7', 'tuning'],
      [0, 'tiny/small/pretrain-x2/7'],
      [1, 'tiny/small/teacher-x2/0', 'width'],
      [1, 'tiny/small/teacher-x2/1', 'width'],
      [1, 'tiny/small/teacher-x2/7'],
      [2, 'tiny/small/twice-x2/1', 'tuning'],
      [2, 'tiny/small/twice-x2/7', 'tuning'],
    ]);
    const many = plannedRuns([paper], 'small', { ...options, seeds: 1e9 });
    const first = Array.from({ length: 7 }, () => many.next().value as PlannedRun);
    expect(first.map(({ id }) => id.split('/').at(-1))).toEqual(['0', '0', '0', '1', '1', '1', '2']);
    expect(first[3]).toEqual(plan([paper], 'small', { ...options, seeds: 2 })[3]);
  });

  it('has runs that one starts from in one stage, each once, and that one behind the last of them', () => {
    const other = makeRecipe({ arm: 'other' });
    const joined = makeRecipe({ arm: 'joined', startFrom: { first: other, second: teacher, third: other } });
    const runs = plan([makePaper(experiment('table1', joined))], 'small', { ...options, seeds: 1 });
    expect(runs.map(({ id, stage, needs }) => [id, stage, needs])).toEqual([
      ['tiny/small/other-x2/0', 0, []],
      ['tiny/small/pretrain-x2/0', 0, []],
      ['tiny/small/teacher-x2/0', 1, ['tiny/small/pretrain-x2/0']],
      ['tiny/small/joined-x2/0', 2, ['tiny/small/other-x2/0', 'tiny/small/teacher-x2/0']],
    ]);
  });

  it('repeats them for each seed: one where the runs are no evidence, three at the others, or as many as asked', () => {
    const seeds = (tier: Tier, count?: number): number[] => [
      ...new Set(plan([paper], tier, { ...options, seeds: count }).map(({ spec }) => spec.seed)),
    ];
    for (const tier of TIERS.filter((one) => !isEvidence(one))) expect(seeds(tier)).toEqual([0]);
    expect(seeds('small')).toEqual([0, 1, 2]);
    expect(seeds('full')).toEqual([0, 1, 2]);
    expect(seeds('smoke', 2)).toEqual([0, 1]);
    expect(() => plan([paper], 'small', { ...options, seeds: 0 })).toThrow(UserError);
  });

  it('takes one table, or those with a common beginning, and what they start from', () => {
    const ids = (table: string): string[] => plan([paper], 'small', { ...options, table, seeds: 1 }).map(({ id }) => id);
    expect(ids('table1')).toEqual([
      'tiny/small/pretrain-x2/0',
      'tiny/small/plain-x2/0',
      'tiny/small/plain-x4/0',
      'tiny/small/teacher-x2/0',
      'tiny/small/twice-x2/0',
    ]);
    expect(ids('table1-x4')).toEqual(['tiny/small/plain-x4/0']);
    expect(() => ids('table')).toThrow("table 'table': unknown, expected one of table1-x2, table1-x4, width");
  });

  it('refuses two recipes of one name', () => {
    const changed = { ...plain, schedule: { ...plain.schedule, steps: 11 } };
    expect(() => plan([makePaper(experiment('a', plain), experiment('b', changed))], 'small', options)).toThrow('two different recipes');
  });
});

describe('findPlannedRun', () => {
  it('finds a run by id, of any seed, also one that is only a start', () => {
    const spec = findPlannedRun([paper], 'tiny/small/pretrain-x2/7', options);
    expect(spec).toEqual({ recipe: pretrain, seed: 7, engine: 'wasm' });
    expect(runId(spec)).toBe('tiny/small/pretrain-x2/7');
  });

  it.each([
    '',
    'tiny',
    'tiny/small/plain-x2',
    'tiny/small/none-x2/0',
    'tiny/tiny/plain-x2/0',
    'other/small/plain-x2/0',
    'tiny/small/plain-x2/-1',
  ])("names the unknown '%s'", (id) => {
    expect(() => findPlannedRun([paper], id, options)).toThrow(UserError);
  });
});

describe('resolveSpec', () => {
  const file = async (value: unknown): Promise<string> => {
    const path = join(await mkdtemp(join(tmpdir(), 'spec-')), 'spec.json');
    await writeFile(path, typeof value === 'string' ? value : JSON.stringify(value));
    return path;
  };
  const resolve = (spec: string) => resolveSpec(spec, [paper], options);
  const spec = { recipe: twice, seed: 3, engine: 'wasm' };

  it('reads a spec, a plan entry or a run.json, and else looks the id up', async () => {
    expect(await resolve(await file(spec))).toEqual(spec);
    expect(await resolve(await file({ id: 'x', stage: 0, spec }))).toEqual(spec);
    expect(await resolve('tiny/small/plain-x2/0')).toMatchObject({ recipe: plain });
  });

  it.each([
    ['{', 'is not valid JSON'],
    ['', 'it is empty'],
    ['[]', 'is not as expected'],
    [{ ...spec, seed: -1 }, 'at seed'],
    [{ ...spec, extra: 1 }, 'extra'],
    [{ ...spec, recipe: { ...twice, arm: '../evil' } }, 'at recipe.arm'],
    [{ ...spec, recipe: { ...twice, startFrom: { teacher: { ...teacher, tier: 'huge' } } } }, 'at recipe.startFrom.teacher.tier'],
    [{ ...spec, recipe: { ...plain, data: { ...plain.data, patch: 7 } } }, 'expected a multiple of the scale'],
  ])('refuses %j in one line', async (value, message) => {
    const error = await resolve(await file(value)).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(UserError);
    expect((error as Error).message).toContain(message);
    expect((error as Error).message).not.toContain('\n');
  });
});
