import { excludes, publishedEffect, VERDICTS, type VerdictKind } from '@distillery/lab';
import { unitOf } from '@distillery/metrics';
import { digitsOf, listed, signed } from '../format';
import { html, type Content, type Html } from '../html';
import { verdictBadge } from '../glossary/verdict-badge';
import type { Cohort } from '../cohort';
import { byWeight, isOfRanking, type BestVerdict } from './best-verdicts';

/** How a number of claims with a verdict is said. */
const SAID: Readonly<Record<VerdictKind, readonly [one: string, more: string]>> = {
  reproduced: ['holds', 'hold'],
  'within tolerance': ['holds within tolerance', 'hold within tolerance'],
  contradicted: ['is contradicted', 'are contradicted'],
  inconclusive: ['cannot be told', 'cannot be told'],
  'under-trained': ['waits for arms that have finished learning', 'wait for arms that have finished learning'],
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
    return html`Not run: none of its ${claims.length} claimed directions has runs at a tier that is evidence.`;
  // A ranking has no headline: its first claim is one of many.
  const [first] = claims.filter(({ claim, overall }) => headline(claim) && overall.n > 0 && !isOfRanking(claim, cohorts)).sort(byWeight);
  return html`${first && html`${headlineClause(first)}; `}${countsClause(claims, first === undefined)}.`;
}

function headlineClause({ claim, overall, cohort }: BestVerdict): Html {
  const digits = digitsOf(claim.metric) + 1;
  const unit = unitOf(claim.metric).replace(' ', '\u00a0');
  const { meanDifference: mean, ci, kind } = overall;
  const published = publishedEffect(claim, cohort?.evaluate ?? []);
  const ours = mean === null ? 'no difference measured' : `ours ${signed(mean, digits)}${unit}`;
  const interval = ci ? `\u00a0[${signed(ci[0], digits)},\u00a0${signed(ci[1], digits)}]` : '';
  const excluded = kind === 'inconclusive' && ci !== null && published !== null && excludes(ci, published);
  const against =
    published === null
      ? ''
      : `, published ${signed(published, digitsOf(claim.metric))}${unit}${excluded ? ', which the interval excludes' : ''}`;
  return html`“${claim.statement.replace(/\.$/, '')}” at ×${claim.scale}: ${verdictBadge(kind)}, ${ours}${interval}${against}`;
}

function countsClause(claims: readonly BestVerdict[], alone: boolean): Content {
  const counts = VERDICTS.flatMap((kind): string[] => {
    const n = claims.filter(({ overall }) => overall.kind === kind).length;
    return n === 0 ? [] : [`${n} ${SAID[kind][n === 1 ? 0 : 1]}`];
  });
  return `${alone ? 'Of' : 'of'} ${claims.length} claimed directions ${listed(counts)}`;
}
