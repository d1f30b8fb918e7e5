import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { learningRateAt } from '@distillery/distill';
import { plan, type Recipe, type Tier } from '@distillery/lab';
import { PAPERS } from '@distillery/papers';
import { describe, expect, it } from 'vitest';

/** Rates by `paper arm`: [first step, last step, rate]. PyTorch's schedulers as the released loops call them, see `schedules.py` beside it. */
type Goldens = Readonly<Record<string, readonly (readonly [first: number, last: number, rate: number])[]>>;
const goldens = JSON.parse(readFileSync(join(__dirname, '../../distill/test/golden/schedules.json'), 'utf8')) as Goldens;

const recipes = (id: string, tier: Tier): Recipe[] =>
  plan([PAPERS[id as keyof typeof PAPERS]], tier, { engine: 'wasm', datasets: { train: 'T91', evaluate: ['Set5'] }, seeds: 1 }).map(
    ({ spec }) => spec.recipe,
  );

describe('the full tier trains at the released rates', () => {
  it.each(Object.entries(goldens))('%s', (name, runs) => {
    const [id, arm] = name.split(' ') as [string, string];
    const schedules = recipes(id, 'full').filter((recipe) => recipe.arm === arm);
    expect(schedules.length).toBeGreaterThan(0);
    for (const { schedule } of schedules) {
      expect(schedule.steps).toBe(runs.at(-1)?.[1]);
      for (const [first, last, rate] of runs)
        for (const step of [first, Math.floor((first + last) / 2), last])
          expect(Math.abs(learningRateAt(schedule, step) / rate - 1), `step ${step}`).toBeLessThan(1e-9);
    }
  });

  it('PISR’s control for the total length follows one cosine over both stages', () => {
    const [long] = recipes('pisr', 'full').filter(({ arm }) => arm === 'long');
    expect(long?.schedule).toMatchObject({ steps: 2_000_000, learningRate: 1e-3, cosineTo: 1e-5, epoch: 1000 });
  });
});

describe('below it every run’s rate falls at the same fractions of its own length', () => {
  it.each([
    ['csd', 1 / 2, 1],
    ['fakd', 3 / 4, 1],
    ['jdsr', 1 / 5, 4],
    ['srkd', 1 / 4, 3],
  ])('%s', (id, fraction, times) => {
    for (const tier of ['smoke', 'small'] as const)
      for (const { arm, schedule } of recipes(id, tier).filter((recipe) => recipe.schedule.cosineTo === undefined)) {
        const every = Math.ceil(fraction * schedule.steps);
        const rates = Array.from({ length: schedule.steps }, (_, i) => learningRateAt(schedule, i + 1));
        const falls = rates.flatMap((rate, i) => (i > 0 && rate < (rates[i - 1] as number) ? [i] : []));
        const expected = Array.from({ length: times }, (_, k) => (k + 1) * every).filter((step) => step < schedule.steps);
        expect(falls, `${tier} ${arm}`).toEqual(expected);
      }
  });
});
