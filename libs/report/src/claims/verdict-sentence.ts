import { excludes, publishedEffect, type Verdict, type VerdictKind } from '@distillery/lab';
import { MAIN_METRIC, unitOf } from '@distillery/metrics';
import { digitsOf, listed, numbersSaid, signed } from '../format';
import { html, type Content, type Html } from '../html';
import { furthest, type Ranked } from '../figures/ranking';
import { term } from '../glossary/term';
import { verdictBadge } from '../glossary/verdict-badge';
import type { Cohort } from '../cohort';
import { byWeight, isOfRanking, type BestVerdict } from './best-verdicts';
import { claimText } from './claim-forest';

/** How a number of claims with a verdict is said. */
const SAID: Readonly<Record<VerdictKind, readonly [one: string, more: string]>> = {
  reproduced: ['holds', 'hold'],
  'within tolerance': ['holds within tolerance', 'hold within tolerance'],
  contradicted: ['is contradicted', 'are contradicted'],
  inconclusive: ['is inconclusive', 'are inconclusive'],
  'under-trained': ['waits for networks that have finished learning', 'wait for networks that have finished learning'],
  'not judged': ['was not run', 'were not run'],
};

/** What came of a paper's claims, in one sentence: the headline with its numbers, then all claims by verdict. */
export function verdictSentence(
  claims: readonly BestVerdict[],
  headline: (claim: BestVerdict['claim']) => boolean,
  cohorts: readonly Cohort[],
): Html {
  if (claims.length === 0) return html`It claims no direction that runs of ours could judge.`;
  if (claims.every(({ overall }) => overall.n === 0))
    return html`Not run: none of its ${claims.length} ${claimedDirections()} has runs at a ${term('tier', 'tier')} that is evidence.`;
  // A ranking has no headline: its first claim is one of many.
  const [first] = claims.filter(({ claim, overall }) => headline(claim) && overall.n > 0 && !isOfRanking(claim, cohorts)).sort(byWeight);
  const opening = first ? headlineClause(first) : rankingClause(cohorts);
  return html`${opening && html`${opening}; `}${countsClause(claims, opening === null)}.`;
}

/** Which method comes furthest in a ranking, and whether a control comes further; null without one. */
function rankingClause(cohorts: readonly Cohort[]): Html | null {
  const [first] = cohorts.flatMap((cohort) => cohort.experiments.flatMap((experiment) => furthest(cohort, experiment) ?? []));
  if (!first) return null;
  const { reference, best, control } = first;
  const { meanDifference, ci, kind } = best.verdict;
  const digits = digitsOf(MAIN_METRIC) + 1;
  const unit = unitOf(MAIN_METRIC).replace(' ', '\u00a0');
  const gain = ({ verdict }: Ranked): string => `${signed(verdict.meanDifference as number, digits)}${unit}`;
  const beyond = control && (control.verdict.meanDifference as number) > (meanDifference as number);
  return html`${
    kind === 'under-trained' ? html`So far, with networks that ${term('under-trained', 'had not finished learning')}, ` : 'Of the methods '
  }“${best.arm.label}”
  comes furthest over “${reference.label}”:
  ${gain(best)}${intervalOf(ci, digits)}${
    control && html`; the ${term('control', 'control')} “${control.arm.label}” comes ${beyond ? 'further' : 'less far'}: ${gain(control)}`
  }`;
}

function intervalOf(ci: Verdict['ci'], digits: number): string {
  return ci ? `\u00a0[${signed(ci[0], digits)},\u00a0${signed(ci[1], digits)}]` : '';
}

function claimedDirections(): Html {
  return html`claimed ${term('direction', 'directions')}`;
}

function headlineClause({ claim, overall, cohort }: BestVerdict): Html {
  const digits = digitsOf(claim.metric) + 1;
  const unit = unitOf(claim.metric).replace(' ', '\u00a0');
  const { meanDifference: mean, ci, kind } = overall;
  const published = publishedEffect(claim, cohort?.evaluate ?? []);
  const ours = mean === null ? 'no difference measured' : `ours ${signed(mean, digits)}${unit}`;
  const excluded = kind === 'inconclusive' && ci !== null && published !== null && excludes(ci, published);
  const against =
    published === null
      ? ''
      : `, published ${signed(published, digitsOf(claim.metric))}${unit}${excluded ? ', which the interval excludes' : ''}`;
  return html`“${claimText(claim)}” at ×${claim.scale}: ${verdictBadge(kind)}, ${ours}${intervalOf(ci, digits)}${against}`;
}

function countsClause(claims: readonly BestVerdict[], alone: boolean): Content {
  const counts = numbersSaid(SAID, (kind) => claims.filter(({ overall }) => overall.kind === kind).length);
  return html`${alone ? 'Of' : 'of'} ${claims.length} ${claimedDirections()} ${listed(counts)}`;
}
