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

/** The steps after which a schedule's rate falls, as fractions of its length, and what it falls to. */
function falls(schedule: Recipe['schedule']): (readonly [steps: number, factor: number])[] {
  const rates = Array.from({ length: schedule.steps }, (_, i) => learningRateAt(schedule, i + 1));
  return rates.flatMap((rate, i) => {
    const before = rates[i - 1] ?? rate;
    return rate < before ? [[i, Number((rate / before).toFixed(6))] as const] : [];
  });
}
const stepped = (id: string, tier: Tier): Recipe[] =>
  recipes(id, tier).filter(({ schedule }) => schedule.cosineTo === undefined && schedule.steps > 1);

describe('smoke runs fall at the fractions of their own length that the paper has', () => {
  it.each([
    ['csd', 1 / 2, 1, 0.1],
    ['fakd', 3 / 4, 1, 0.5],
    ['jdsr', 1 / 5, 4, 0.5],
    ['srkd', 1 / 4, 3, 0.5],
  ])('%s', (id, fraction, times, factor) => {
    for (const { arm, schedule } of stepped(id, 'smoke')) {
      const every = Math.ceil(fraction * schedule.steps);
      const expected = Array.from({ length: times }, (_, k) => [(k + 1) * every, factor]).filter(
        ([step]) => (step as number) < schedule.steps,
      );
      expect(falls(schedule), arm).toEqual(expected);
    }
  });
});

describe('runs of the small tier settle', () => {
  const settling = (id: string): Recipe[] => stepped(id, 'small').filter(({ method }) => method.name !== 'as-is');
  const THIRDS = [1 / 3, 2 / 3];
  /** Parts of a run after which its rate falls to a tenth, where that is not half of it. */
  const FALLS: Readonly<Record<string, (arm: string) => readonly number[]>> = {
    fakd: (arm) => (arm.includes('teacher') ? [1 / 2] : THIRDS),
    pdd: () => THIRDS,
    pisr: () => THIRDS,
    jdsr: () => THIRDS,
  };

  it.each(Object.keys(PAPERS))('%s: their rate falls to a tenth at half, or more than once', (id) => {
    const found = settling(id);
    expect(found.length).toBeGreaterThan(0);
    for (const { arm, schedule } of found) {
      const expected = FALLS[id]?.(arm) ?? [1 / 2];
      const fallen = falls(schedule);
      expect(
        fallen.map(([, factor]) => factor),
        arm,
      ).toEqual(expected.map(() => 0.1));
      // An arm of PDD without a discriminator has no warm-up of it to share the thirds with.
      for (const [at, [step]] of fallen.entries())
        expect(Math.abs(step - (expected[at] as number) * schedule.steps), arm).toBeLessThanOrEqual(id === 'pdd' ? 30 : 3);
    }
  });
});
