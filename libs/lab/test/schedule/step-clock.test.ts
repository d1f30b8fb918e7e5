import { plan, type Recipe } from '@distillery/lab';
import { describe, expect, it } from 'vitest';
import { stepClock } from '../../src/schedule/step-clock';
import { makeRecipe } from '../fixtures/results';
import { TINY } from '../fixtures/tiny';

/** Runs of 10 steps each. */
function runsOf(...recipes: readonly Recipe[]) {
  const arms = recipes.map((recipe) => ({ arm: recipe.arm, network: 'student', label: '', recipe }));
  const paper = { ...TINY, experiments: () => [{ id: 'all', title: '', caption: '', kind: 'table' as const, arms }] };
  return plan([paper], 'small', { engine: 'wasm', seeds: 1, datasets: { train: '', evaluate: [] } });
}

const fast = (arm: string): Recipe => makeRecipe({ arm });
const slow = (arm: string): Recipe => makeRecipe({ arm, method: { name: 'csd' } });

describe('stepClock', () => {
  it('knows nothing before the first step, then takes the pace of what was done', () => {
    let now = 1000;
    const [a, b] = runsOf(fast('a'), fast('b'));
    const clock = stepClock([a, b] as never, 1, () => now);
    const id = a?.id as string;
    expect(clock.left()).toEqual({ stepsLeft: 20, secondsLeft: null });
    clock.note({ kind: 'started', id, fromStep: 4, steps: 10 });
    expect(clock.left()).toEqual({ stepsLeft: 16, secondsLeft: null });
    now += 2000;
    clock.note({ kind: 'step', id, step: 5, steps: 10, losses: {} });
    expect(clock.left()).toEqual({ stepsLeft: 15, secondsLeft: 30 });
    now += 8000;
    for (let step = 6; step <= 10; step++) clock.note({ kind: 'step', id, step, steps: 10, losses: {} });
    now += 8000;
    clock.settle(id);
    now += 60_000;
    // 18 s for 6 steps with their evaluation; what passes between runs does not count.
    expect(clock.left()).toEqual({ stepsLeft: 10, secondsLeft: 30 });
  });

  it('keeps the paces of different methods apart and spreads the rest over the jobs', () => {
    let now = 0;
    const runs = runsOf(fast('a'), slow('b'), slow('c'), slow('d'));
    const clock = stepClock(runs, 2, () => now);
    const run = (i: number, seconds: number): void => {
      const id = runs[i]?.id as string;
      clock.note({ kind: 'started', id, fromStep: 0, steps: 10 });
      now += 1000 * seconds;
      for (let step = 1; step <= 10; step++) clock.note({ kind: 'step', id, step, steps: 10, losses: {} });
      clock.settle(id);
    };
    run(0, 10);
    expect(clock.left().secondsLeft).toBe(15);
    run(1, 100);
    expect(clock.left().secondsLeft).toBe(100);
    run(2, 100);
    expect(clock.left().secondsLeft).toBe(100);
    clock.settle(runs[3]?.id as string);
    expect(clock.left()).toEqual({ stepsLeft: 0, secondsLeft: 0 });
  });

  it('ignores runs that are not of the plan', () => {
    const clock = stepClock([], 1);
    clock.note({ kind: 'started', id: 'other', fromStep: 0, steps: 5 });
    clock.settle('other');
    expect(clock.left()).toEqual({ stepsLeft: 0, secondsLeft: null });
  });
});
