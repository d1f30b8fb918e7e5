import { planCost, type OverheadFile, type PlannedRun, type RunResult } from '@distillery/lab';
import { describe, expect, it } from 'vitest';
import { makeRecipe, makeResult, makeSpec } from '../fixtures/results';

function planned(arm: string, steps: number, change: Partial<PlannedRun> = {}, method = 'plain'): PlannedRun {
  const recipe = makeRecipe({ arm, method: { name: method }, schedule: { ...makeRecipe().schedule, steps } });
  return {
    id: `tiny/small/${arm}-x2/0`,
    stage: 0,
    needs: [],
    experiments: ['table1'],
    spec: { recipe, seed: 0, engine: 'wasm' },
    ...change,
  };
}

function finished(arm: string, steps: number, trainSeconds: number): RunResult {
  return makeResult(makeSpec({ arm, schedule: { ...makeRecipe().schedule, steps } }), [], { trainSeconds });
}

const overhead: OverheadFile = {
  schema: 2,
  engine: 'wasm',
  engineVersion: '4.22.0',
  threads: 1,
  tier: 'small',
  rounds: 5,
  platform: 'linux',
  papers: [
    {
      paper: 'tiny',
      plain: 'a',
      arms: [{ arm: 'b', method: 'guided', milliseconds: 500, peakBytes: 1, firstStepSeconds: 1, fallback: null }],
    },
  ],
};

describe('planCost', () => {
  it('takes the median of an arm’s finished runs, each of which had one thread', () => {
    // 0.1, 0.4 and 0.9 s a step: 0.4 s, 3600 steps.
    const runs = [finished('a', 10, 1), finished('a', 10, 9), finished('a', 10, 4)];
    expect(planCost([planned('a', 3600)], { runs, overhead: null })).toEqual([
      { paper: 'tiny', table: 'table1', runs: 1, steps: 3600, coreHours: 0.4, unmeasured: [] },
    ]);
  });

  it('falls back to the bench of the arm, then to the same method, and names what was never measured', () => {
    const plan = [planned('b', 7200, {}, 'guided'), planned('c', 3600, {}, 'guided'), planned('d', 3600), planned('e', 10, {}, 'other')];
    const [cost] = planCost(plan, { runs: [finished('a', 10, 20)], overhead });
    // b and c: 0.5 s a step; d: a's 2 s a step.
    expect(cost).toMatchObject({ runs: 4, steps: 14_410, unmeasured: ['e'] });
    expect(cost?.coreHours).toBeCloseTo(1 + 0.5 + 2, 12);
  });

  it('counts each thread that the bench had as a core', () => {
    const [cost] = planCost([planned('b', 7200, {}, 'guided')], { runs: [], overhead: { ...overhead, threads: 2 } });
    expect(cost?.coreHours).toBeCloseTo(2, 12);
  });

  it('takes nothing from another engine, tier or paper', () => {
    const other = finished('a', 10, 1);
    const elsewhere = [
      { ...other, spec: { ...other.spec, engine: 'onnx' } },
      { ...other, spec: { ...other.spec, recipe: { ...other.spec.recipe, tier: 'full' as const } } },
      { ...other, spec: { ...other.spec, recipe: { ...other.spec.recipe, paper: 'else' } } },
    ];
    expect(planCost([planned('a', 10)], { runs: elsewhere, overhead: { ...overhead, engine: 'onnx' } })[0]).toMatchObject({
      coreHours: 0,
      unmeasured: ['a'],
    });
  });

  it('counts a start where the first run that needs it counts, and a shared run once', () => {
    const start = planned('start', 100, { experiments: [] });
    const shared = planned('a', 10, { experiments: ['table1', 'table2'], needs: [start.id] });
    const last = planned('b', 20, { experiments: ['table2'] });
    expect(planCost([start, shared, last], { runs: [], overhead: null }).map(({ table, runs, steps }) => [table, runs, steps])).toEqual([
      ['table1', 2, 110],
      ['table2', 1, 20],
    ]);
  });

  it('takes runs that are made anew each time they are asked for', () => {
    const runs = [planned('start', 100, { experiments: [] }), planned('a', 10, { needs: ['tiny/small/start-x2/0'] })];
    const again = { [Symbol.iterator]: () => runs[Symbol.iterator]() };
    expect(planCost(again, { runs: [], overhead: null })).toEqual(planCost(runs, { runs: [], overhead: null }));
  });
});
