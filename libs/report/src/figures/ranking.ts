import { directionVerdict, type Experiment, type ExperimentArm, type Verdict } from '@distillery/lab';
import { MAIN_METRIC } from '@distillery/metrics';
import { groupHref } from '../anchors';
import { cohortStamp } from '../badges';
import type { Cohort } from '../cohort';
import type { Forest, ForestRow } from '../forest/forest';
import { count, MAIN } from '../format';
import { anchor } from '../html';

/** An arm's difference to a control, over all data sets. */
export interface Ranked {
  readonly arm: ExperimentArm;
  readonly verdict: Verdict;
}

/**
 * The arms in order of their difference to each control, with its 95 % interval paired over seeds and images: one figure per control. Those whose interval
 * includes zero cannot be told apart from the control and form one group.
 */
export function rankingForests(cohort: Cohort, experiment: Experiment): Forest[] {
  return (experiment.controls ?? []).flatMap((control) => {
    const reference = experiment.arms.find(({ arm }) => arm === control);
    if (!reference) throw new Error(`experiment ${experiment.id} has no arm '${control}' to compare with`);
    const ranked = rank(cohort, experiment.arms, reference);
    return ranked.length > 0 ? [rankingForest(cohort, experiment, reference, ranked)] : [];
  });
}

/** What a ranking says first: the method and the other control that come furthest over the first control. null where nothing was ranked. */
export function furthest(
  cohort: Cohort,
  { kind, arms, controls = [] }: Experiment,
): { readonly reference: ExperimentArm; readonly best: Ranked; readonly control: Ranked | null } | null {
  const reference = arms.find(({ arm }) => kind === 'ranking' && arm === controls[0]);
  if (!reference) return null;
  const students = rank(cohort, arms, reference).filter(({ arm }) => arm.network === reference.network);
  const isControl = ({ arm: { arm } }: Ranked): boolean => controls.includes(arm);
  const best = students.find((entry) => !isControl(entry));
  return best ? { reference, best, control: students.find(isControl) ?? null } : null;
}

/** Best first; arms that were not measured together with the control are left out. */
function rank(cohort: Cohort, arms: readonly ExperimentArm[], control: ExperimentArm): Ranked[] {
  return arms
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

function rankingForest(cohort: Cohort, experiment: Experiment, control: ExperimentArm, ranked: readonly Ranked[]): Forest {
  const { verdict } = ranked[0] as Ranked;
  const rows = (side: (low: number, high: number) => boolean): ForestRow[] =>
    ranked.filter(({ verdict: { ci } }) => (ci ? side(ci[0], ci[1]) : side(-1, 1))).map((entry) => rowOf(cohort, entry));
  const groups = [
    { heading: `Better than “${control.label}”`, rows: rows((low) => low > 0) },
    { heading: `Cannot be told apart from “${control.label}”`, shaded: true, rows: rows((low, high) => low <= 0 && high >= 0) },
    { heading: `Worse than “${control.label}”`, rows: rows((_, high) => high < 0) },
  ];
  return {
    id: anchor('figure', cohort.id, experiment.id, control.arm),
    title: `${MAIN.name} over “${control.label}”`,
    circumstances: `difference paired over ${count(verdict.seeds, 'seed')} and ${count(verdict.images, 'image')}; ${cohortStamp(cohort)}`,
    metric: MAIN_METRIC,
    groups: groups.filter((group) => group.rows.length > 0),
    band: detectable(ranked),
  };
}

function rowOf(cohort: Cohort, { arm, verdict }: Ranked): ForestRow {
  return {
    label: arm.label,
    href: groupHref(cohort, arm.arm, arm.recipe.scale),
    published: null,
    mean: verdict.meanDifference,
    ci: verdict.ci,
    unfinished: verdict.kind === 'under-trained',
  };
}

/** The smallest difference that the comparison of the middle arm would have found with 80 % probability. */
function detectable(ranked: readonly Ranked[]): number | null {
  const all = ranked.flatMap(({ verdict }) => (verdict.detectable === null ? [] : [verdict.detectable])).sort((a, b) => a - b);
  return all[Math.floor(all.length / 2)] ?? null;
}
