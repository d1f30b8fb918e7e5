import type { Experiment } from '@distillery/lab';
import { cohortStamp } from '../badges';
import type { Cohort } from '../cohort';
import { groupBy } from '../collections';
import { count, fixed, MAIN } from '../format';
import { lineStyle, plotText, type Figure } from '../figure';
import { anchor } from '../html';
import { extent, logAxis, panelsOf, pointsOf, seriesNames, type Panel, type Point } from './series';

type Trace = Figure['traces'][number];

/** Largest over smallest position from which an axis is logarithmic. */
const DECADES = 30;

/**
 * Quality against the swept quantity, one line per series: a band from the lowest to the highest seed, every seed as a small mark,
 * and the line through the means. Arms without an x are dashed levels. One figure per dataset and scale.
 */
export function sweepFigures(cohort: Cohort, experiment: Experiment, quantity: string): Figure[] {
  return panelsOf(cohort, experiment).map((panel) => sweepFigure(cohort, experiment, panel, quantity));
}

function sweepFigure(cohort: Cohort, experiment: Experiment, panel: Panel, quantity: string): Figure {
  const points = pointsOf(cohort, experiment, panel);
  const names = seriesNames(points);
  const positions = points.flatMap(({ arm }) => (arm.x === undefined ? [] : [arm.x]));
  const traces = [...groupBy(points, ({ arm }) => arm.series ?? arm.label)].flatMap(([name, members]) => {
    const style = lineStyle(names.indexOf(name));
    const run = members.filter(({ mean }) => mean !== null);
    const placed = run.filter(({ arm }) => arm.x !== undefined).sort((a, b) => (a.arm.x as number) - (b.arm.x as number));
    const levels = run.filter(({ arm }) => arm.x === undefined);
    return [...(placed.length > 0 ? line(name, placed, style) : []), ...levels.map((point) => level(point, extent(positions), style))];
  });
  return {
    id: anchor('figure', cohort.id, experiment.id, panel.dataset, panel.scale),
    title: `${MAIN.name} on ${panel.dataset}, ×${panel.scale}, against ${quantity}`,
    circumstances: `${panel.protocol}, single pass; ${cohortStamp(cohort)}`,
    description: `Lines for ${names.join(', ')}; band and small marks show the spread over seeds. The table below holds the same numbers.`,
    traces,
    layout: {
      xaxis: { title: { text: plotText(quantity) }, ...axisOf(positions) },
      yaxis: { title: { text: MAIN.title } },
    },
    table: {
      caption: `${MAIN.title} on ${panel.dataset}, ×${panel.scale}, ${panel.protocol}, single pass`,
      columns: [
        { title: 'Arm' },
        { title: 'Series' },
        { title: quantity, align: 'right' },
        { title: 'Mean', align: 'right' },
        { title: 'Lowest seed', align: 'right' },
        { title: 'Highest seed', align: 'right' },
        { title: 'Seeds', align: 'right' },
      ],
      rows: points.map(tableRow),
    },
  };
}

/** A tick at every position; logarithmic where they span more than a decade and a half. */
function axisOf(positions: readonly number[]): Record<string, unknown> {
  const [low, high] = extent(positions);
  if (low > 0 && high / low > DECADES) return logAxis(positions);
  return { tickmode: 'array', tickvals: [...new Set(positions)] };
}

function line(name: string, points: readonly Point[], { color, symbol, dash }: ReturnType<typeof lineStyle>): Trace[] {
  const x = points.map(({ arm }) => arm.x as number);
  const spread = points.map(({ seeds }) => extent(seeds.map(({ mean }) => mean)));
  const common = { type: 'scatter', legendgroup: name, showlegend: false, hoverinfo: 'skip' };
  const lows = spread.map(([low]) => low);
  const highs = spread.map(([, high]) => high).reverse();
  const single = points.flatMap(({ arm, seeds }) => seeds.map(({ mean }) => [arm.x as number, mean] as const));
  return [
    {
      ...common,
      x: [...x, ...[...x].reverse()],
      y: [...lows, ...highs],
      mode: 'lines',
      fill: 'toself',
      fillcolor: `${color}/0.14`,
      line: { width: 0 },
    },
    { ...common, x: single.map(([at]) => at), y: single.map(([, y]) => y), mode: 'markers', marker: { color, size: 4, opacity: 0.6 } },
    {
      type: 'scatter',
      name: plotText(name),
      legendgroup: name,
      mode: 'lines+markers',
      x,
      y: points.map(({ mean }) => mean),
      text: points.map(({ arm, seeds }) => `${plotText(arm.label)}, ${count(seeds.length, 'seed')}`),
      hovertemplate: `%{text}<br>${MAIN.hover}<extra></extra>`,
      line: { color, dash, width: 2 },
      marker: { color, symbol, size: 8 },
    },
  ];
}

function level({ arm, mean }: Point, [low, high]: readonly [number, number], { color }: ReturnType<typeof lineStyle>): Trace {
  const dashed = { color, dash: 'dash', width: 1.5 };
  return {
    type: 'scatter',
    name: plotText(arm.label),
    mode: 'lines',
    x: [low, high],
    y: [mean, mean],
    line: dashed,
    hovertemplate: `${MAIN.hover}<extra></extra>`,
  };
}

function tableRow({ arm, seeds, mean }: Point): (string | number)[] {
  const start = [arm.label, arm.series ?? 'level', arm.x ?? 'level'];
  if (mean === null) return [...start, 'not run', 'not run', 'not run', 0];
  const [low, high] = extent(seeds.map((seed) => seed.mean));
  return [...start, fixed(mean, 3), fixed(low, 3), fixed(high, 3), seeds.length];
}
