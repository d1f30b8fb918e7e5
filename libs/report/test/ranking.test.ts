import type { Experiment } from '@distillery/lab';
import { expect, it } from 'vitest';
import { cohortsOf, type Cohort } from '../src/cohort';
import { furthest, rankingForests } from '../src/figures/ranking';
import { FIXTURE, SMALL_RESULTS, SMOKE_RESULTS } from './fixture';

const cohort = cohortsOf(FIXTURE, [SMALL_RESULTS])[0] as Cohort;
const [, negatives] = cohort.experiments as [Experiment, Experiment];
const control = negatives.arms.find(({ arm }) => arm === 'alone');
const others = negatives.arms.filter((arm) => arm !== control);
const ranking: Experiment = { ...negatives, id: 'ranking', kind: 'ranking', controls: ['alone'] };

it('orders the arms by their paired difference to each control, best at the top', () => {
  const [figure, ...more] = rankingForests(cohort, ranking);
  expect(more).toEqual([]);
  expect(figure?.title).toBe(`PSNR over “${control?.label}”`);
  for (const { rows } of figure?.groups ?? []) {
    const means = rows.map(({ mean }) => mean as number);
    expect([...means].sort((a, b) => b - a)).toEqual(means);
  }
  expect(figure?.groups.flatMap(({ rows }) => rows)).toHaveLength(others.length);
});

it('puts the arms whose interval includes zero into one shaded group, and says what the data can tell', () => {
  const [figure] = rankingForests(cohort, ranking);
  for (const { heading, shaded, rows } of figure?.groups ?? []) {
    for (const { ci } of rows) {
      const includesZero = ci !== null && ci[0] <= 0 && ci[1] >= 0;
      expect(includesZero).toBe(shaded === true);
      if (!includesZero) expect(heading).toMatch(ci !== null && ci[0] > 0 ? /^Better/ : /^Worse/);
    }
  }
  expect(figure?.groups.some(({ shaded }) => shaded)).toBe(true);
  expect(figure?.band).toBeGreaterThan(0);
});

it('leaves out arms that were not run with the control, and ranks nothing at the smoke tier', () => {
  const [missing] = others;
  const runs = SMALL_RESULTS.runs.filter(({ spec }) => spec.recipe.arm !== missing?.arm);
  const some = cohortsOf(FIXTURE, [{ ...SMALL_RESULTS, runs }])[0] as Cohort;
  const labels = rankingForests(some, ranking)[0]?.groups.flatMap(({ rows }) => rows.map(({ label }) => label));
  expect(labels).toHaveLength(others.length - 1);
  expect(labels).not.toContain(missing?.label);
  const smoke = cohortsOf(FIXTURE, [SMOKE_RESULTS])[0] as Cohort;
  expect(rankingForests(smoke, ranking)).toEqual([]);
});

it('says first which arm that is no control comes furthest, and how far the best other control comes', () => {
  const controls = ['alone', 'sum-1', 'sum-0'];
  const first = furthest(cohort, { ...ranking, controls });
  // LEVELS of the fixture: the averaged arms reach 28.36 at most, of the controls sum-1 comes furthest with 28.3, alone has 28.1.
  expect(first?.reference.arm).toBe('alone');
  expect(first?.best.arm.arm).toBe('mean-4');
  expect(first?.control?.arm.arm).toBe('sum-1');
  expect(furthest(cohort, negatives)).toBeNull();
});

it('refuses a control that the experiment does not have', () => {
  expect(() => rankingForests(cohort, { ...ranking, controls: ['nobody'] })).toThrow(/no arm 'nobody'/);
});
