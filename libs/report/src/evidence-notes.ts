import { CONFIDENCE, holm, isDecided, registrationOf, type DirectionClaim, type RunResult, type Verdict } from '@distillery/lab';
import { count, listed } from './format';

/** A claim with the verdict over all data sets. */
export interface JudgedClaim {
  readonly claim: DirectionClaim;
  readonly overall: Verdict;
}

/** The verdicts that survive Holm's correction, of those in a table that say which way a difference goes. */
export function survivors(judged: readonly JudgedClaim[]): ReadonlySet<Verdict> {
  const family = familyOf(judged);
  const adjusted = holm(family.map(({ overall }) => overall.p as number));
  return new Set(family.flatMap(({ overall }, i) => ((adjusted[i] as number) < 1 - CONFIDENCE ? [overall] : [])));
}

/** How many comparisons a table holds, what chance alone would find among them, and which are left after Holm's correction. null for fewer than two. */
export function multiplicityNote(judged: readonly JudgedClaim[]): string | null {
  const family = familyOf(judged);
  if (family.length < 2) return null;
  const found = family.filter(({ overall }) => (overall.p as number) < 1 - CONFIDENCE);
  const left = survivors(judged);
  const expected = (family.length * (1 - CONFIDENCE)).toFixed(1);
  return (
    `Of ${count(family.length, 'comparison')} with trained arms, ${expected} would exclude zero by chance alone if there were no differences; ${found.length} ` +
    `${found.length === 1 ? 'does' : 'do'}, and ${left.size} of these after Holm’s correction (marked †).`
  );
}

/** Reproduced, contradicted and inconclusive claims of a difference: what has a p value and finished arms. */
function familyOf(judged: readonly JudgedClaim[]): JudgedClaim[] {
  return judged.filter(({ overall }) => overall.p !== null && isDecided(overall));
}

/** Whether the claims stood as they stand now before the runs that they are judged by began. null if no claim has runs. */
export function registrationNote(judged: readonly JudgedClaim[], runs: readonly RunResult[]): string | null {
  const compared = judged.filter(({ overall }) => overall.n > 0);
  if (compared.length === 0) return null;
  const of = (wanted: string): string[] =>
    compared.flatMap(({ claim }) => (registrationOf(claim, runsOfClaim(claim, runs)) === wanted ? [`“${claim.statement}”`] : []));
  const [before, after, unknown] = [of('before'), of('after'), of('unknown')];
  if (before.length === compared.length)
    return 'Every claim stood as it stands here, metric, arms and analysis, before the runs that it is judged by began.';
  return [
    before.length > 0 && `${count(before.length, 'claim')} stood as now before their runs began.`,
    after.length > 0 && `Added or changed after runs had begun: ${listed(after)}.`,
    unknown.length > 0 && `Judged by runs that did not note which claims stood before them: ${count(unknown.length, 'claim')}.`,
  ]
    .filter(Boolean)
    .join(' ');
}

function runsOfClaim({ better, worse, scale }: DirectionClaim, runs: readonly RunResult[]): RunResult[] {
  return runs.filter(({ spec: { recipe } }) => recipe.scale === scale && [better.arm, worse.arm].includes(recipe.arm));
}
