import { isEvidence, type DirectionClaim, type Paper, type ResultsFile } from '@distillery/lab';
import { bestVerdicts, type BestVerdict } from '../claims/best-verdicts';
import { cohortsOf } from '../cohort';

/**
 * What became of a claim from one set of results to another:
 * `moved`: our mean difference lies outside the earlier 95 % interval; `gone`: it was compared then and is not now; `new`: the reverse;
 * `judged otherwise`: within the interval, but another verdict; `as before`: neither.
 */
export type Change = 'moved' | 'gone' | 'judged otherwise' | 'new' | 'as before';

export interface Movement {
  readonly paper: Paper;
  readonly claim: DirectionClaim;
  readonly before: BestVerdict;
  readonly now: BestVerdict;
  readonly change: Change;
}

/** Every claim that either set of results compares, those that changed most first. Runs that are evidence of nothing do not count. */
export function movements(papers: readonly Paper[], now: readonly ResultsFile[], before: readonly ResultsFile[]): Movement[] {
  const verdicts = (paper: Paper, results: readonly ResultsFile[]): BestVerdict[] =>
    bestVerdicts(
      paper,
      cohortsOf(paper, results).filter(({ tier }) => isEvidence(tier)),
    );
  const all = papers.flatMap((paper) => {
    const [then, here] = [verdicts(paper, before), verdicts(paper, now)];
    return paper.directions.map((claim, i): Movement => {
      const [a, b] = [then[i] as BestVerdict, here[i] as BestVerdict];
      return { paper, claim, before: a, now: b, change: changeOf(a, b) };
    });
  });
  const order: readonly Change[] = ['moved', 'gone', 'judged otherwise', 'new', 'as before'];
  return all
    .filter(({ before: a, now: b }) => a.overall.n > 0 || b.overall.n > 0)
    .sort((a, b) => order.indexOf(a.change) - order.indexOf(b.change));
}

function changeOf({ overall: before }: BestVerdict, { overall: now }: BestVerdict): Change {
  if (before.n === 0) return now.n === 0 ? 'as before' : 'new';
  if (now.n === 0 || now.meanDifference === null) return 'gone';
  const { ci } = before;
  if (ci && (now.meanDifference < ci[0] || now.meanDifference > ci[1])) return 'moved';
  return now.kind === before.kind ? 'as before' : 'judged otherwise';
}

/** Whether a claim's id fits a pattern, in which `*` stands for any text. */
export function fits(id: string, pattern: string): boolean {
  const source = pattern
    .split('*')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${source}$`).test(id);
}
