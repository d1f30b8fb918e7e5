import { settled, type Experiment, type RunResult, type Settled } from '@distillery/lab';
import { cohortStamp } from '../badges';
import { runsOfArm, type Cohort } from '../cohort';
import { distinct } from '../collections';
import { lineStyle, plotText, type Figure } from '../figure';
import { anchor } from '../html';
import { curveTraces, overSeeds, type Curve } from './curve-lines';
import { extent } from './series';

/** An arm's network as it did on the validation set. */
interface Watched extends Curve {
  readonly end: Settled | null;
}

/** PSNR on the validation set against steps: whether the arms of an experiment had finished learning. One figure per scale and set, one line per row. */
export function validationFigures(cohort: Cohort, experiment: Experiment): Figure[] {
  return distinct(experiment.arms.map(({ recipe }) => recipe.scale)).flatMap((scale) => {
    const rows = experiment.arms
      .filter((arm) => arm.recipe.scale === scale)
      .map((arm, i, all) => ({
        name: all.filter(({ label }) => label === arm.label).length > 1 ? `${arm.label} (${arm.arm})` : arm.label,
        network: arm.network,
        style: lineStyle(i),
        runs: runsOfArm(cohort.runs, arm).runs,
      }));
    const sets = distinct(rows.flatMap(({ runs }) => runs.flatMap(({ validation }) => (validation ? [validation.set] : []))));
    return sets.map((set): Figure => {
      const watched = rows
        .map(({ name, network, style, runs }) => watch(name, network, style, runs, set))
        .filter(({ points }) => points.length > 0);
      return figure(
        anchor('validation', cohort.id, experiment.id, scale, set),
        `PSNR on ${set} during training, ×${scale}`,
        cohortStamp(cohort),
        watched,
        bicubicOf(rows, set),
      );
    });
  });
}

function watch(name: string, network: string, style: Curve['style'], runs: readonly RunResult[], set: string): Watched {
  const seen = runs.filter(({ validation }) => validation?.set === set);
  return { name, style, points: overSeeds(seen.map(({ validation }) => validation?.networks[network] ?? [])), end: settled(seen, network) };
}

function bicubicOf(rows: readonly { readonly runs: readonly RunResult[] }[], set: string): number {
  return rows.flatMap(({ runs }) => runs.flatMap(({ validation }) => (validation?.set === set ? [validation.bicubic] : [])))[0] as number;
}

/** From this ratio of the longest to the shortest training on, curves stand over the share of their own training: over steps the short ones cannot be read. */
const UNLIKE = 2;

/** A network that never comes nearer to bicubic than this, dB, is no picture of one that learns: it would squeeze all others together. */
const FAR = 5;

/** The curves that the figure has room for, and those far below them. */
function apart(watched: readonly Watched[], bicubic: number): [near: Watched[], far: Watched[]] {
  const isNear = ({ points }: Watched): boolean => points.some(({ mean }) => mean > bicubic - FAR);
  const near = watched.filter(isNear);
  return near.length > 0 ? [near, watched.filter((curve) => !isNear(curve))] : [[...watched], []];
}

function belowFigure({ name, points }: Watched): string {
  return `“${name}” is below the figure, at ${points.at(-1)?.mean.toFixed(1)} dB at the end`;
}

function rangeOf(curves: readonly Watched[], bicubic: number): [number, number] {
  const [low, high] = extent([bicubic, ...curves.flatMap(({ points }) => points.flatMap((point) => [point.low, point.high]))]);
  const margin = 0.05 * (high - low);
  return [low - margin, high + margin];
}

function figure(id: string, title: string, circumstances: string, watched: readonly Watched[], bicubic: number): Figure {
  const lengths = watched.map(({ points }) => points.at(-1)?.step ?? 0);
  const [shortest, longest] = extent(lengths);
  const shared = longest > UNLIKE * shortest;
  const drawn = watched.map(({ points, ...curve }, i) => ({
    ...curve,
    points: shared ? points.map(({ step, ...point }) => ({ ...point, step: (100 * step) / (lengths[i] as number) })) : points,
  }));
  const end = shared ? 100 : longest;
  const [near, far] = apart(watched, bicubic);
  const below = {
    type: 'scatter',
    mode: 'lines',
    name: plotText('bicubic'),
    x: [0, end],
    y: [bicubic, bicubic],
    line: { color: '@ink', dash: 'dot', width: 1 },
  };
  // Judged by what they gain here.
  const lastThird = {
    type: 'rect',
    x0: (2 / 3) * end,
    x1: end,
    yref: 'paper',
    y0: 0,
    y1: 1,
    fillcolor: '@rule/0.3',
    line: { width: 0 },
    layer: 'below',
  };
  return {
    id,
    title,
    circumstances: `last third of training shaded; ${[...far.map(belowFigure), circumstances].join('; ')}`,
    description: `Lines for ${watched.map(({ name }) => name).join('; ')}, and bicubic enlargement; bands reach from the lowest to the highest seed. The table below gives what the last third of training gained.`,
    traces: [...drawn.flatMap(curveTraces), below],
    layout: {
      shapes: [lastThird],
      xaxis: { title: { text: shared ? 'share of the arm’s own training, %' : 'step' } },
      yaxis: { title: { text: 'PSNR, dB' }, ...(far.length > 0 && { range: rangeOf(near, bicubic) }) },
    },
    table: {
      caption: `${title}, mean over seeds; bicubic ${bicubic.toFixed(2)} dB`,
      columns: [
        { title: 'Network' },
        { title: 'Last step', align: 'right' },
        { title: 'PSNR there', align: 'right' },
        { title: 'Gained in the last third', align: 'right' },
      ],
      rows: watched.map(({ name, points, end }) => [
        name,
        points.at(-1)?.step ?? 0,
        points.at(-1)?.mean.toFixed(2) ?? '',
        end ? `${end.gain < 0 ? '' : '+'}${end.gain.toFixed(3)}` : 'unknown',
      ]),
    },
  };
}
