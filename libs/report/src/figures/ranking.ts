import { directionVerdict, type Experiment, type ExperimentArm, type Verdict } from '@distillery/lab';
import { MAIN_METRIC, unitOf } from '@distillery/metrics';
import { cohortStamp } from '../badges';
import type { Cohort } from '../cohort';
import { lineStyle, plotText, type Figure } from '../figure';
import { digitsOf, MAIN, signed } from '../format';
import { anchor } from '../html';

/** An arm's difference to a control, over all data sets. */
interface Ranked {
  readonly arm: ExperimentArm;
  readonly verdict: Verdict;
}

/** The arms in order of their difference to each control, with its 95 % interval paired over seeds and images: one figure per control. */
export function rankingFigures(cohort: Cohort, experiment: Experiment): Figure[] {
  return (experiment.controls ?? []).flatMap((control) => {
    const reference = experiment.arms.find(({ arm }) => arm === control);
    if (!reference) throw new Error(`experiment ${experiment.id} has no arm '${control}' to compare with`);
    const ranked = rank(cohort, experiment, reference);
    return ranked.length > 0 ? [rankingFigure(cohort, experiment, reference, ranked)] : [];
  });
}

/** Best first; arms that were not measured together with the control are left out. */
function rank(cohort: Cohort, experiment: Experiment, control: ExperimentArm): Ranked[] {
  return experiment.arms
    .filter((arm) => arm !== control)
    .map((arm) => ({ arm, verdict: compare(cohort, arm, control) }))
    .filter(({ verdict }) => verdict.meanDifference !== null)
    .sort((a, b) => (b.verdict.meanDifference as number) - (a.verdict.meanDifference as number));
}

function compare({ paper, runs, tier }: Cohort, better: ExperimentArm, worse: ExperimentArm): Verdict {
  const claim = {
    id: `${better.arm} over ${worse.arm}`,
    paper: paper.id,
    table: '',
    statement: '',
    experiment: '',
    better,
    worse,
    metric: MAIN_METRIC,
    scale: better.recipe.scale,
    published: null,
    source: '',
    verified: false,
  } as const;
  return directionVerdict(claim, runs, tier).overall;
}

function rankingFigure(cohort: Cohort, experiment: Experiment, control: ExperimentArm, ranked: readonly Ranked[]): Figure {
  const { color } = lineStyle(0);
  // Plotly draws the first category at the bottom.
  const bottomUp = [...ranked].reverse();
  const mean = bottomUp.map(({ verdict }) => verdict.meanDifference as number);
  const reach = (side: 0 | 1) => bottomUp.map(({ verdict }, i) => (verdict.ci ? Math.abs(verdict.ci[side] - (mean[i] as number)) : 0));
  const [first] = ranked;
  return {
    id: anchor('figure', cohort.id, experiment.id, control.arm),
    title: `${MAIN.name} over “${control.label}”`,
    circumstances: `difference paired over ${first?.verdict.seeds ?? 0} seeds and ${first?.verdict.images ?? 0} images; ${cohortStamp(cohort)}`,
    description: 'Arms by their mean difference, best at the top; bars are 95 % intervals. The table below holds the same numbers.',
    traces: [
      {
        type: 'scatter',
        mode: 'markers',
        x: mean,
        y: bottomUp.map(({ arm }) => plotText(arm.label)),
        error_x: { type: 'data', symmetric: false, array: reach(1), arrayminus: reach(0), color, thickness: 1.4, width: 4 },
        marker: { color, size: 9 },
        showlegend: false,
        hovertemplate: `%{y}<br>%{x:+.${digitsOf(MAIN_METRIC) + 1}f}${unitOf(MAIN_METRIC)}<extra></extra>`,
      },
    ],
    layout: {
      xaxis: { title: { text: `difference in ${MAIN.title}` }, zeroline: true },
      yaxis: { type: 'category', automargin: true },
    },
    tall: true,
    table: {
      caption: `Difference in ${MAIN.title} to “${control.label}”`,
      columns: [
        { title: 'Arm' },
        { title: 'Mean difference', align: 'right' },
        { title: '95 % interval', align: 'right' },
        { title: 'Seeds × images', align: 'right' },
      ],
      rows: ranked.map(({ arm, verdict: { meanDifference, ci, n } }) => [
        arm.label,
        signed(meanDifference as number, digitsOf(MAIN_METRIC) + 1),
        ci ? ci.map((side) => signed(side, digitsOf(MAIN_METRIC) + 1)).join(' to ') : 'one seed',
        n,
      ]),
    },
  };
}
