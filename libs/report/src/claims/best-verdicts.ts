import { directionVerdict, isDecided, type DirectionClaim, type DirectionVerdicts, type Paper } from '@distillery/lab';
import { MAIN_METRIC } from '@distillery/metrics';
import type { Cohort } from '../cohort';
import type { JudgedClaim } from '../evidence-notes';

/** A claim with its verdict, and the cohort whose runs it is of; null if there are none. */
export interface BestVerdict extends JudgedClaim {
  readonly cohort: Cohort | null;
}

const known = new WeakMap<Cohort, Map<DirectionClaim, DirectionVerdicts>>();

/** The verdict of a cohort on a claim of its paper, computed once. */
export function verdictsOf(cohort: Cohort, claim: DirectionClaim): DirectionVerdicts {
  const ofCohort = known.get(cohort) ?? new Map<DirectionClaim, DirectionVerdicts>();
  known.set(cohort, ofCohort);
  const verdicts = ofCohort.get(claim) ?? directionVerdict(claim, cohort.shown, cohort.tier);
  ofCohort.set(claim, verdicts);
  return verdicts;
}

/** Each direction with the verdict of the strongest cohort that has one; cohorts come strongest first. */
export function bestVerdicts(paper: Paper, cohorts: readonly Cohort[]): BestVerdict[] {
  return paper.directions.map((claim) => {
    const verdicts = cohorts.map((cohort) => ({ claim, cohort, overall: verdictsOf(cohort, claim).overall }));
    const decided = verdicts.find(({ overall }) => isDecided(overall));
    const compared = verdicts.find(({ overall }) => overall.kind === 'under-trained');
    return decided ?? compared ?? { claim, cohort: null, overall: directionVerdict(claim, [], 'small').overall };
  });
}

/**
 * The claims that a paper stands for: the first of each experiment, in the main metric; if the paper prints a gain for any of them, those
 * alone. Of a ranking, all that compare an arm with the plain student.
 */
export function isHeadline({ directions, overhead }: Paper, cohorts: readonly Cohort[]): (claim: DirectionClaim) => boolean {
  const ofMain = directions.filter(({ metric, within }) => metric === MAIN_METRIC && within === undefined);
  const firsts = ofMain.filter((claim) =>
    isOfRanking(claim, cohorts)
      ? claim.worse.arm === overhead.plain
      : ofMain.find(({ experiment }) => experiment === claim.experiment) === claim,
  );
  const printed = firsts.filter(({ published, verified }) => verified && published !== null);
  const chosen = new Set(printed.length > 0 ? printed : firsts);
  return (claim) => chosen.has(claim);
}

/** Decided claims first, then those that were compared, then the rest. */
export function byWeight(a: BestVerdict, b: BestVerdict): number {
  const rank = ({ overall }: BestVerdict): number => (isDecided(overall) ? 0 : overall.n > 0 ? 1 : 2);
  return rank(a) - rank(b);
}

/** Largest difference first. */
export function byDifference(a: BestVerdict, b: BestVerdict): number {
  return (b.overall.meanDifference ?? -Infinity) - (a.overall.meanDifference ?? -Infinity);
}

/** Whether a claim compares two arms of a ranking. */
export function isOfRanking({ experiment }: DirectionClaim, cohorts: readonly Cohort[]): boolean {
  return cohorts.some(({ experiments }) => experiments.some(({ id, kind }) => id === experiment && kind === 'ranking'));
}
