import { directionVerdict, publishedEffect, type DirectionClaim } from '@distillery/lab';
import type { MetricId } from '@distillery/metrics';
import { armLabel, type Cohort } from '../cohort';
import type { ForestRow } from '../forest/forest';
import { meanOf } from '../collections';
import { anchor, html, type Html } from '../html';
import type { BestVerdict } from './best-verdicts';

/** Where a page shows the experiment that a claim is judged by; its list of what was not run, for a claim without runs. */
export function claimAnchor({ claim, cohort }: BestVerdict): string {
  return cohort ? anchor('experiment', cohort.id, claim.experiment) : 'not-run';
}

/** A claim's statement as a part of a sentence: without its full stop. */
export function claimText({ statement }: DirectionClaim): string {
  return statement.replace(/\.$/, '');
}

/** A claim as a figure names it: its statement and scale. */
export function claimLabel(claim: DirectionClaim): Html {
  return html`${claimText(claim)}, <span class="muted">×${claim.scale}</span>`;
}

/** A claim as a row of a forest plot. `page`: the paper's page, where the plot stands on another one. */
export function claimRow(judged: BestVerdict, page = ''): ForestRow {
  const { claim, overall, cohort } = judged;
  return {
    label: claimLabel(claim),
    href: `${page}#${claimAnchor(judged)}`,
    published: publishedGain(claim, cohort),
    mean: overall.meanDifference,
    ci: overall.ci,
    control: cohort && strongestControl(claim, cohort),
    kind: overall.kind,
  };
}

/** The printed difference on the data sets that we tested, else over all that it was printed for; null if none is printed. */
function publishedGain(claim: DirectionClaim, cohort: Cohort | null): number | null {
  if (cohort) return publishedEffect(claim, cohort.evaluate);
  const all = Object.values((claim.verified && claim.published) || {});
  return all.length > 0 ? meanOf(all) : null;
}

/**
 * The control that comes furthest over the arm that a claim compares with: the claims of the same experiment that set the same network against something which
 * the claim's own table does not print are its controls.
 */
function strongestControl(claim: DirectionClaim, cohort: Cohort): ForestRow['control'] {
  const controls = cohort.paper.directions.filter(
    (other) =>
      other !== claim &&
      other.experiment === claim.experiment &&
      other.scale === claim.scale &&
      other.metric === claim.metric &&
      other.within === undefined &&
      other.better.arm === claim.better.arm &&
      other.better.network === claim.better.network &&
      other.worse.arm !== claim.worse.arm &&
      other.worse.network === claim.worse.network &&
      (other.published === null || other.table !== claim.table),
  );
  const gains = controls.flatMap((control) => {
    const against = { ...claim, id: `${claim.id}/${control.worse.arm}`, better: control.worse, published: null };
    const mean = directionVerdict(against, cohort.shown, cohort.tier).overall.meanDifference;
    return mean === null ? [] : [{ name: armLabel(cohort, control.worse), mean }];
  });
  return gains.sort((a, b) => b.mean - a.mean)[0] ?? null;
}

/** The compared claims of one metric, decided ones first. */
export function comparedIn(claims: readonly BestVerdict[], metric: MetricId): BestVerdict[] {
  return claims.filter(({ claim, overall }) => claim.metric === metric && overall.n > 0);
}
