import { extent } from './series';
import { meanOf } from '../collections';
import { lineStyle, plotText, type Figure } from '../figure';

/** One point of a curve over training: a value at a step, over the seeds. */
export interface CurvePoint {
  readonly step: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

export interface Curve {
  readonly name: string;
  readonly style: ReturnType<typeof lineStyle>;
  readonly points: readonly CurvePoint[];
}

/** Mean, lowest and highest over the seeds at every step that all seeds noted; `[step, value]` per seed. */
export function overSeeds(seeds: readonly (readonly (readonly [number, number])[])[]): CurvePoint[] {
  const curves = seeds.map((points) => new Map(points));
  const steps = [...(curves[0]?.keys() ?? [])].filter((step) => curves.every((curve) => curve.has(step)));
  return steps.map((step) => {
    const values = curves.map((curve) => curve.get(step) as number);
    const [low, high] = extent(values);
    return { step, mean: meanOf(values), low, high };
  });
}

/** A line of the means, with a band from the lowest to the highest seed. */
export function curveTraces({ name, style, points }: Curve): Figure['traces'] {
  const { color, dash } = style;
  const x = points.map(({ step }) => step);
  const y = points.map(({ mean }) => mean);
  const line = { type: 'scatter', mode: 'lines', name: plotText(name), legendgroup: name, x, y, line: { color, dash, width: 1.6 } };
  if (points.every(({ low, high }) => low === high)) return [line];
  const edges = [...points.map(({ low }) => low), ...points.map(({ high }) => high).reverse()];
  const band = { type: 'scatter', mode: 'lines', fill: 'toself', fillcolor: `${color}/0.12`, line: { width: 0 }, hoverinfo: 'skip' };
  return [{ ...band, legendgroup: name, showlegend: false, x: [...x, ...[...x].reverse()], y: edges }, line];
}
