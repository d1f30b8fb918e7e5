import type { Experiment } from '@distillery/lab';
import { cohortStamp } from '../badges';
import { runsOfArm, type Cohort } from '../cohort';
import { distinct } from '../collections';
import { lineStyle, plotText, type Figure } from '../figure';
import { anchor } from '../html';
import { curveTraces, overSeeds, type Curve, type CurvePoint } from './curve-lines';
import { extent, logAxis } from './series';

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
        .map(({ name, style, runs }) => ({
          name,
          style,
          points: overSeeds(runs.flatMap((run) => (run.curves[loss] ? [run.curves[loss]] : []))),
        }))
        .filter(({ points }) => points.length > 0);
      const id = anchor('curves', cohort.id, experiment.id, scale, loss);
      return curves.length > 0 ? [curveFigure(id, `Training loss “${loss}”, ×${scale}`, cohortStamp(cohort), loss, curves)] : [];
    });
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
    traces: curves.flatMap(curveTraces),
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
