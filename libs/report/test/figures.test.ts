import type { Experiment, RunResult } from '@distillery/lab';
import { describe, expect, it } from 'vitest';
import { cohortsOf, type Cohort } from '../src/cohort';
import { lineStyle, type Figure } from '../src/figure';
import { curveFigures } from '../src/figures/curves';
import { sweepFigures } from '../src/figures/sweep';
import { tradeoffFigures } from '../src/figures/tradeoff';
import { validationFigures } from '../src/figures/validation';
import { FIXTURE, SMALL_RESULTS } from './fixture';

function cohortOf(runs: readonly RunResult[]): Cohort {
  return cohortsOf(FIXTURE, [{ ...SMALL_RESULTS, runs }])[0] as Cohort;
}
const cohort = cohortOf(SMALL_RESULTS.runs);
const [table, negatives, width] = cohort.experiments as [Experiment, Experiment, Experiment];
const named = (figure: Figure | undefined) => figure?.traces.filter(({ name }) => name !== undefined) ?? [];
const column = (figure: Figure | undefined, title: string) => {
  const at = figure?.table.columns.findIndex((candidate) => candidate.title === title) ?? -1;
  return figure?.table.rows.map((row) => row[at]);
};

describe('the sweep figure', () => {
  const [figure, ...others] = sweepFigures(cohort, negatives, 'negatives');

  it('has a line per series through the means over seeds, and a level for an arm without a place', () => {
    expect(others).toEqual([]);
    const [summed, averaged, alone] = named(figure);
    expect(named(figure)).toHaveLength(3);
    expect(summed).toMatchObject({ name: 'summed', x: [0, 1, 4] });
    expect(averaged).toMatchObject({ name: 'averaged', x: [0, 1, 4] });
    // Level + 0.01 dB (mean of the seeds) + 0.785 dB (mean of the images) for even names; odd ones lose the 0.01 dB.
    (summed?.y as number[]).forEach((y, i) => expect(y).toBeCloseTo(([28.2, 28.3, 28.26][i] as number) - 0.01 + 0.785, 10));
    (averaged?.y as number[]).forEach((y, i) => expect(y).toBeCloseTo(([28.2, 28.3, 28.36][i] as number) + 0.01 + 0.785, 10));
    expect(alone).toMatchObject({ name: 'Student alone', mode: 'lines', x: [0, 4] });
  });

  it('shows every seed and a band from the lowest to the highest', () => {
    const [band, seeds] = figure?.traces ?? [];
    expect(seeds?.y).toHaveLength(6);
    const ys = seeds?.y as number[];
    expect(Math.max(...(band?.y as number[]))).toBe(Math.max(...ys));
    expect(Math.min(...(band?.y as number[]))).toBe(Math.min(...ys));
  });

  it('says in its table what was not run', () => {
    const some = cohortOf(SMALL_RESULTS.runs.filter(({ spec }) => spec.recipe.arm !== 'sum-1'));
    const [partial] = sweepFigures(some, negatives, 'negatives');
    expect(named(partial)[0]).toMatchObject({ x: [0, 4] });
    expect(column(partial, 'Mean')?.[1]).toBe('not run');
    expect(column(partial, 'Seeds')).toEqual([2, 0, 2, 2, 2, 2, 2]);
    expect(sweepFigures(cohortOf(SMALL_RESULTS.runs.slice(0, 1)), width, 'width')).toEqual([]);
  });
});

describe('the trade-off figures', () => {
  it('set quality against parameters, multiply-adds and latency, on a logarithmic axis', () => {
    const figures = tradeoffFigures(cohort, width);
    expect(figures.map((figure) => figure.title)).toEqual(
      ['parameters', 'multiply-adds', 'latency (ms)'].map((cost) => `PSNR on Set5, ×4, against ${cost}`),
    );
    expect(figures.map((figure) => named(figure)[0]?.x)).toEqual([
      [62500, 250000, 1000000],
      [2.5e8, 1e9, 4e9],
      [10, 20, 40],
    ]);
    for (const { layout } of figures) expect(layout.xaxis).toMatchObject({ type: 'log' });
    expect(figures[0]?.layout.xaxis).toMatchObject({
      tickvals: [5e4, 1e5, 2e5, 5e5, 1e6, 2e6],
      ticktext: ['50\u202fk', '100\u202fk', '200\u202fk', '500\u202fk', '1\u202fM', '2\u202fM'],
    });
    expect(column(figures[0], 'parameters')).toEqual(['62\u202f500', '250\u202f000', '1\u202f000\u202f000']);
  });

  it('take the median latency over the seeds', () => {
    const latencies = [30, 10, 20];
    const first = SMALL_RESULTS.runs.find(({ spec }) => spec.recipe.arm === 'width-1') as RunResult;
    const runs = latencies.map((latencyMs, seed) => ({
      ...first,
      hash: String(seed).repeat(64),
      spec: { ...first.spec, seed },
      costs: first.costs.map((cost) => ({ ...cost, latencyMs })),
    }));
    expect(named(tradeoffFigures(cohortOf(runs), width)[2])[0]?.x).toEqual([20]);
  });
});

describe('the training curves', () => {
  it('are one figure per loss, a line per arm that logged it, logarithmic where the loss spans a factor of five', () => {
    const figures = curveFigures(cohort, table);
    expect(figures.map((figure) => figure.title)).toEqual(['Training loss “l1”, ×4', 'Training loss “contrast”, ×4']);
    expect(named(figures[0]).map(({ name }) => name)).toEqual(['alone', 'contrast', 'teacher']);
    expect(figures.map(({ layout }) => layout.yaxis)).toMatchObject([{ type: 'log' }, { type: 'linear' }]);
  });

  it('average over the seeds at the steps that all of them logged', () => {
    const [first, second] = SMALL_RESULTS.runs as [RunResult, RunResult];
    const curves = [
      {
        l1: [
          [1, 4],
          [2, 2],
          [3, 1],
        ] as const,
      },
      {
        l1: [
          [1, 2],
          [3, 3],
        ] as const,
      },
    ];
    const runs = [first, second].map((run, i) => ({ ...run, curves: curves[i] as RunResult['curves'] }));
    const [figure] = curveFigures(cohortOf(runs), table);
    expect(named(figure)).toMatchObject([{ x: [1, 3], y: [3, 2] }]);
    expect(figure?.traces[0]).toMatchObject({ x: [1, 3, 3, 1], y: [2, 1, 3, 4] });
  });
});

describe('the curves on the validation set', () => {
  type Point = readonly [step: number, psnr: number];
  const watchedOf = (change: (point: Point, arm: string) => Point) =>
    validationFigures(
      cohortOf(
        SMALL_RESULTS.runs.map(({ validation, ...run }) => {
          const changed = (points: readonly Point[]) => points.map((point) => change(point, run.spec.recipe.arm));
          const networks = Object.entries(validation?.networks ?? {}).map(([name, points]) => [name, changed(points)]);
          return { ...run, ...(validation && { validation: { ...validation, networks: Object.fromEntries(networks) } }) };
        }),
      ),
      table,
    )[0];
  const asTheyAre = (point: Point): Point => point;

  it('stand over steps, with the last third shaded that a verdict looks at', () => {
    const figure = watchedOf(asTheyAre);
    expect(named(figure).map(({ name }) => name)).toEqual(['Student alone', 'Student, contrast', 'Teacher', 'bicubic']);
    expect(named(figure)[0]?.x).toEqual([10, 20, 30]);
    expect(figure?.layout).toMatchObject({ shapes: [{ x0: 20, x1: 30 }], xaxis: { title: { text: 'step' } } });
  });

  it('have the range of those that come near bicubic; one far below is named with its end', () => {
    const figure = watchedOf(([step, psnr], arm) => [step, arm === 'contrast' ? 9.24 : psnr]);
    expect(figure?.circumstances).toContain('“Student, contrast” is below the figure, at 9.2 dB at the end');
    const [low, high] = (figure?.layout.yaxis as { range: [number, number] }).range;
    const others = named(figure).flatMap(({ name, y }) => (name === 'Student, contrast' ? [] : (y as number[])));
    expect(low).toBeGreaterThan(20);
    for (const value of others) expect(value > low && value < high).toBe(true);
    expect(watchedOf(asTheyAre)?.layout.yaxis).not.toHaveProperty('range');
  });

  it('stand over the share of their own training where some arms trained much longer', () => {
    const figure = watchedOf(([step, psnr], arm) => [step * (arm === 'teacher' ? 8 : 1), psnr]);
    for (const { name, x } of named(figure).filter((trace) => trace.name !== 'bicubic')) {
      expect(name).toMatch(/\w/);
      expect((x as number[])[0]).toBeCloseTo(100 / 3);
      expect((x as number[])[2]).toBe(100);
    }
    expect(figure?.layout).toMatchObject({ xaxis: { title: { text: 'share of the arm’s own training, %' } } });
    expect(figure?.table.rows.map(([, last]) => last)).toEqual([30, 30, 240]);
  });
});

describe('lines', () => {
  it('differ by more than colour', () => {
    const styles = Array.from({ length: 18 }, (_, i) => lineStyle(i));
    expect(new Set(styles.map(({ color, dash }) => color + dash)).size).toBe(18);
    expect(new Set(styles.slice(0, 6).map(({ symbol }) => symbol)).size).toBe(6);
  });
});
