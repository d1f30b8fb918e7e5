import type { Cost, Experiment } from '@distillery/lab';
import { cohortStamp } from '../badges';
import type { Cohort } from '../cohort';
import { distinct, groupBy } from '../collections';
import { compact, fixed, grouped, listed, MAIN } from '../format';
import { lineStyle, plotText, type Figure } from '../figure';
import { anchor } from '../html';
import { extent, logAxis, panelsOf, pointsOf, seriesNames, type Panel, type Point } from './series';

interface Axis {
  readonly key: 'parameters' | 'multiplyAdds' | 'latencyMs';
  readonly title: string;
  show(value: number): string;
}

const AXES: readonly Axis[] = [
  { key: 'parameters', title: 'parameters', show: grouped },
  { key: 'multiplyAdds', title: 'multiply-adds', show: compact },
  { key: 'latencyMs', title: 'latency (ms)', show: (value) => fixed(value, 1) },
];

/** Quality against what it costs: one figure per cost, dataset and scale, with a logarithmic cost axis. */
export function tradeoffFigures(cohort: Cohort, experiment: Experiment): Figure[] {
  return panelsOf(cohort, experiment).flatMap((panel) => AXES.map((axis) => tradeoffFigure(cohort, experiment, panel, axis)));
}

/** A network's cost; latency is the median over the seeds' medians. */
function costOf({ runs, arm }: Point): Cost | null {
  const costs = runs.flatMap((run) => run.costs.filter(({ network }) => network === arm.network));
  const byLatency = [...costs].sort((a, b) => a.latencyMs - b.latencyMs);
  return byLatency[Math.floor((byLatency.length - 1) / 2)] ?? null;
}

function tradeoffFigure(cohort: Cohort, experiment: Experiment, panel: Panel, axis: Axis): Figure {
  const points = pointsOf(cohort, experiment, panel).map((point) => ({ ...point, cost: costOf(point) }));
  const names = seriesNames(points);
  const priced = points.filter(({ mean, cost }) => mean !== null && cost !== null);
  const traces = [...groupBy(priced, ({ arm }) => arm.series ?? arm.label)].map(([name, members]) => {
    const { color, symbol, dash } = lineStyle(names.indexOf(name));
    const sorted = [...members].sort((a, b) => (a.cost?.[axis.key] ?? 0) - (b.cost?.[axis.key] ?? 0));
    const spread = sorted.map(({ seeds }) => extent(seeds.map(({ mean }) => mean)));
    return {
      type: 'scatter',
      name: plotText(name),
      mode: 'lines+markers',
      x: sorted.map(({ cost }) => cost?.[axis.key] ?? null),
      y: sorted.map(({ mean }) => mean),
      error_y: {
        type: 'data',
        symmetric: false,
        array: sorted.map(({ mean }, i) => (spread[i]?.[1] ?? 0) - (mean ?? 0)),
        arrayminus: sorted.map(({ mean }, i) => (mean ?? 0) - (spread[i]?.[0] ?? 0)),
        color,
        thickness: 1.2,
        width: 4,
      },
      text: sorted.map(({ arm }) => plotText(arm.label)),
      hovertemplate: `%{text}<br>%{x:.4s} ${axis.title}<br>${MAIN.hover}<extra></extra>`,
      line: { color, dash, width: 1.5 },
      marker: { color, symbol, size: 9 },
    };
  });
  const costs = priced.flatMap(({ cost }) => (cost ? [cost[axis.key]] : []));
  const shapes = distinct(priced.flatMap(({ cost }) => (cost ? [`${cost.inputShape[0]}×${cost.inputShape[1]}`] : [])));
  return {
    id: anchor('figure', cohort.id, experiment.id, panel.dataset, panel.scale, axis.key),
    title: `${MAIN.name} on ${panel.dataset}, ×${panel.scale}, against ${axis.title}`,
    circumstances: `${panel.protocol}, single pass; cost of an LR input of ${listed(shapes)} pixels; ${cohortStamp(cohort)}`,
    description: `Lines for ${names.join(', ')}; bars reach from the lowest to the highest seed. The table below holds the same numbers.`,
    traces,
    layout: {
      xaxis: { title: { text: axis.title }, ...logAxis(costs) },
      yaxis: { title: { text: MAIN.title } },
    },
    table: {
      caption: `Quality and ${axis.title} on ${panel.dataset}, ×${panel.scale}`,
      columns: [
        { title: 'Network' },
        { title: MAIN.title, align: 'right' },
        { title: 'Lowest seed', align: 'right' },
        { title: 'Highest seed', align: 'right' },
        { title: axis.title, align: 'right' },
      ],
      rows: points.map(({ arm, mean, seeds, cost }) => {
        const [low, high] = extent(seeds.map((seed) => seed.mean));
        const scores = mean === null ? ['not run', 'not run', 'not run'] : [mean, low, high].map((value) => fixed(value, 3));
        return [arm.label, ...scores, cost ? axis.show(cost[axis.key]) : 'not run'];
      }),
    },
  };
}
