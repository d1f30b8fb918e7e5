import type { Experiment, RunResult } from '@distillery/lab';
import { cohortStamp } from '../badges';
import { runsOfArm, type Cohort } from '../cohort';
import { distinct, meanOf } from '../collections';
import { lineStyle, plotText, type Figure } from '../figure';
import { anchor } from '../html';
import { extent, logAxis } from './series';

/** One training curve: a loss at a step, over the seeds. */
interface CurvePoint {
  readonly step: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

interface Curve {
  readonly name: string;
  readonly style: ReturnType<typeof lineStyle>;
  readonly points: readonly CurvePoint[];
}

/** Losses that span more than this factor are drawn on a logarithmic axis. */
const LOG_FROM = 5;

/** Training losses against steps: one figure per loss and scale, one line per arm, with a band over the seeds. */
export function curveFigures(cohort: Cohort, experiment: Experiment): Figure[] {
  return distinct(experiment.arms.map(({ recipe }) => recipe.scale)).flatMap((scale) => {
    // Two networks of one arm are rows of the table, but one training run.
    const arms = experiment.arms.filter(
      (arm, i, all) => arm.recipe.scale === scale && all.findIndex((other) => other.arm === arm.arm) === i,
    );
    const trained = arms.map((arm, i) => ({ name: arm.arm, style: lineStyle(i), runs: runsOfArm(cohort.runs, arm).runs }));
    const losses = distinct(trained.flatMap(({ runs }) => runs.flatMap((run) => Object.keys(run.curves))));
    return losses.flatMap((loss) => {
      const curves = trained
        .map(({ name, style, runs }) => ({ name, style, points: curveOf(runs, loss) }))
        .filter(({ points }) => points.length > 0);
      const id = anchor('curves', cohort.id, experiment.id, scale, loss);
      return curves.length > 0 ? [curveFigure(id, `Training loss “${loss}”, ×${scale}`, cohortStamp(cohort), loss, curves)] : [];
    });
  });
}

/** Mean, lowest and highest over the seeds at every step that all seeds logged. */
function curveOf(runs: readonly RunResult[], loss: string): CurvePoint[] {
  const curves = runs.flatMap((run) => (run.curves[loss] ? [new Map(run.curves[loss])] : []));
  const steps = [...(curves[0]?.keys() ?? [])].filter((step) => curves.every((curve) => curve.has(step)));
  return steps.map((step) => {
    const values = curves.map((curve) => curve.get(step) as number);
    const [low, high] = extent(values);
    return { step, mean: meanOf(values), low, high };
  });
}

function curveFigure(id: string, title: string, circumstances: string, loss: string, curves: readonly Curve[]): Figure {
  const values = curves.flatMap(({ points }) => points.map(({ mean }) => mean));
  const [low, high] = extent(values);
  const scale = low > 0 && high / low > LOG_FROM ? logAxis(values) : { type: 'linear' };
  return {
    id,
    title,
    circumstances,
    description: `Lines for ${curves.map(({ name }) => name).join(', ')}; bands reach from the lowest to the highest seed. The table below gives first and last values.`,
    traces: curves.flatMap(traces),
    layout: { xaxis: { title: { text: 'step' } }, yaxis: { title: { text: plotText(loss) }, ...scale } },
    table: {
      caption: `${title}, mean over seeds`,
      columns: [
        { title: 'Arm' },
        { title: 'First step', align: 'right' },
        { title: 'Loss there', align: 'right' },
        { title: 'Last step', align: 'right' },
        { title: 'Loss there', align: 'right' },
      ],
      rows: curves.map(({ name, points }) => {
        const [first, last] = [points[0], points[points.length - 1]] as [CurvePoint, CurvePoint];
        return [name, first.step, first.mean.toPrecision(4), last.step, last.mean.toPrecision(4)];
      }),
    },
  };
}

function traces({ name, style, points }: Curve): Figure['traces'] {
  const { color, dash } = style;
  const x = points.map(({ step }) => step);
  const y = points.map(({ mean }) => mean);
  const line = { type: 'scatter', mode: 'lines', name: plotText(name), legendgroup: name, x, y, line: { color, dash, width: 1.6 } };
  if (points.every(({ low, high }) => low === high)) return [line];
  const edges = [...points.map(({ low }) => low), ...points.map(({ high }) => high).reverse()];
  const band = { type: 'scatter', mode: 'lines', fill: 'toself', fillcolor: `${color}/0.12`, line: { width: 0 }, hoverinfo: 'skip' };
  return [{ ...band, legendgroup: name, showlegend: false, x: [...x, ...[...x].reverse()], y: edges }, line];
}
