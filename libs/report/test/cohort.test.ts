import { UserError } from '@distillery/tensor';
import type { ResultsFile, RunResult } from '@distillery/lab';
import { describe, expect, it } from 'vitest';
import { armLabel, cohortsOf, emptyCohort, runsOfArm } from '../src/cohort';
import { FIXTURE, SMALL_RESULTS, SMOKE_RESULTS } from './fixture';

const first = SMALL_RESULTS.runs[0] as RunResult;
const withRuns = (...runs: RunResult[]): ResultsFile => ({ ...SMALL_RESULTS, runs });
const onOnnx: RunResult = { ...first, hash: 'f'.repeat(64), spec: { ...first.spec, engine: 'onnx' } };

describe('cohorts', () => {
  it('keep tiers, engines and training sets apart, strongest tier first', () => {
    const elsewhere: RunResult = {
      ...first,
      hash: 'e'.repeat(64),
      spec: { ...first.spec, recipe: { ...first.spec.recipe, data: { ...first.spec.recipe.data, train: 'BSD200' } } },
    };
    const cohorts = cohortsOf(FIXTURE, [SMOKE_RESULTS, SMALL_RESULTS, withRuns(onOnnx, elsewhere)]);
    expect(cohorts.map(({ tier, engine, train }) => `${tier} ${engine} ${train}`)).toEqual([
      'small wasm T91',
      'small onnx T91',
      'small wasm BSD200',
      'smoke wasm procedural',
    ]);
    expect(new Set(cohorts.map(({ id }) => id)).size).toBe(4);
  });

  it('call an arm by its label, as readers know it', () => {
    const [cohort] = cohortsOf(FIXTURE, [SMALL_RESULTS]);
    const arm = cohort?.experiments[0]?.arms[0];
    if (!cohort || !arm) throw new Error('the fixture has an arm');
    expect(arm.label).not.toBe(arm.arm);
    expect(armLabel(cohort, arm)).toBe(arm.label);
    expect(armLabel(cohort, { arm: 'of-old', network: 'student' })).toBe('of-old');
  });

  it('count a run once, however many files hold it', () => {
    expect(cohortsOf(FIXTURE, [SMALL_RESULTS, withRuns(first)])[0]?.runs).toHaveLength(SMALL_RESULTS.runs.length);
  });

  it('leave out runs of another recipe, preferring the recipe of the experiment', () => {
    const old: RunResult[] = [0, 1, 2].map((seed) => ({
      ...first,
      hash: String(seed).repeat(64),
      spec: { ...first.spec, seed, recipe: { ...first.spec.recipe, schedule: { ...first.spec.recipe.schedule, steps: 7 } } },
    }));
    const [cohort] = cohortsOf(FIXTURE, [withRuns(...old, first)]);
    const arm = cohort?.experiments[0]?.arms[0];
    if (!cohort || !arm) throw new Error('the fixture has an arm');
    expect(runsOfArm(cohort.runs, arm)).toEqual({ runs: [first], leftOut: old });
    expect(cohort.shown).toEqual([first]);
    expect(runsOfArm(old, arm).runs).toEqual(old);
  });

  it('refuse a file whose runs belong elsewhere', () => {
    const stray = { ...SMALL_RESULTS, tier: 'full' as const };
    expect(() => cohortsOf(FIXTURE, [stray])).toThrow(UserError);
    expect(() => cohortsOf(FIXTURE, [stray])).toThrow('results of fixture (full tier) hold a run of fixture (small tier)');
  });

  it('are none without results; the empty one has experiments and no runs', () => {
    expect(cohortsOf(FIXTURE, [])).toEqual([]);
    expect(emptyCohort(FIXTURE)).toMatchObject({ runs: [], shown: [] });
    expect(emptyCohort(FIXTURE).experiments).toHaveLength(3);
  });
});
