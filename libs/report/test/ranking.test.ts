import type { Experiment } from '@distillery/lab';
import { expect, it } from 'vitest';
import { cohortsOf, type Cohort } from '../src/cohort';
import { rankingFigures } from '../src/figures/ranking';
import { FIXTURE, SMALL_RESULTS, SMOKE_RESULTS } from './fixture';

const cohort = cohortsOf(FIXTURE, [SMALL_RESULTS])[0] as Cohort;
const [, negatives] = cohort.experiments as [Experiment, Experiment];
const control = negatives.arms.find(({ arm }) => arm === 'alone');
const others = negatives.arms.filter((arm) => arm !== control);
const ranking: Experiment = { ...negatives, id: 'ranking', kind: 'ranking', controls: ['alone'] };

it('orders the arms by their paired difference to each control, best at the top', () => {
  const [figure, ...more] = rankingFigures(cohort, ranking);
  expect(more).toEqual([]);
  expect(figure?.title).toBe(`PSNR over “${control?.label}”`);
  const [trace] = figure?.traces ?? [];
  const x = trace?.x as number[];
  expect(x).toHaveLength(others.length);
  expect([...x].sort((a, b) => a - b)).toEqual(x);
  expect((trace?.y as string[])[x.length - 1]).toBe(figure?.table.rows[0]?.[0]);
  const { array, arrayminus } = trace?.error_x as { array: number[]; arrayminus: number[] };
  for (const reach of [...array, ...arrayminus]) expect(reach).toBeGreaterThanOrEqual(0);
});

it('leaves out arms that were not run with the control, and ranks nothing at the smoke tier', () => {
  const [missing] = others;
  const runs = SMALL_RESULTS.runs.filter(({ spec }) => spec.recipe.arm !== missing?.arm);
  const some = cohortsOf(FIXTURE, [{ ...SMALL_RESULTS, runs }])[0] as Cohort;
  expect(rankingFigures(some, ranking)[0]?.table.rows.map(([label]) => label)).not.toContain(missing?.label);
  const smoke = cohortsOf(FIXTURE, [SMOKE_RESULTS])[0] as Cohort;
  expect(rankingFigures(smoke, ranking)).toEqual([]);
});

it('refuses a control that the experiment does not have', () => {
  expect(() => rankingFigures(cohort, { ...ranking, controls: ['nobody'] })).toThrow(/no arm 'nobody'/);
});
