import { directionVerdict, isDecided, VERDICTS, type DirectionClaim, type RunResult, type Tier, type Verdict } from '@distillery/lab';
import { unitOf } from '@distillery/metrics';
import { escapeHtml } from '../display/html';
import { publish } from '../display/publish';
import { showTable, type TableRow } from '../display/show-table';
import { signed } from './scores';
import type { Session } from './session';
import { storedResults } from './stored';

/** Runs that verdicts are drawn from. */
export interface Evidence {
  readonly tier: Tier;
  readonly runs: readonly RunResult[];
}

/** The best evidence there is: the measured results of the full tier, else of the small tier, else the notebook's own runs. */
export async function bestEvidence(session: Session, runs: readonly RunResult[]): Promise<Evidence> {
  return (await storedResults(session)) ?? { tier: session.tier, runs };
}

export interface Judged {
  readonly claim: DirectionClaim;
  readonly verdict: Verdict;
}

/** The verdict on every direction that the paper claims, over all data sets together. */
export function judge({ paper }: Session, { runs, tier }: Evidence): Judged[] {
  return paper.directions.map((claim) => ({ claim, verdict: directionVerdict(claim, runs, tier).overall }));
}

/** A table of verdicts with their differences and intervals, and how many runs of which tier they rest on; folded, the claims that have none: under-trained, and not judged. */
export function showVerdicts(judged: readonly Judged[], { runs, tier }: Evidence): void {
  console.log(`${runs.length} runs of the ${tier} tier`);
  const decided = judged.filter(({ verdict }) => isDecided(verdict));
  if (decided.length > 0) showTable(decided.map(verdictRow));
  for (const kind of VERDICTS.filter((one) => !isDecided({ kind: one }))) {
    const waiting = judged.filter(({ verdict }) => verdict.kind === kind);
    if (waiting.length > 0) showTable(waiting.map(verdictRow), { folded: `${waiting.length} of ${judged.length} claims: ${kind}` });
  }
}

function verdictRow({ claim, verdict: { kind, n, meanDifference, ci, reason } }: Judged): TableRow {
  return {
    claim: `${claim.statement} (x${claim.scale})`,
    source: claim.source,
    verdict: kind,
    n,
    'mean difference': differenceOf(claim, meanDifference),
    '95 % interval': ci === null ? '' : `${signed(ci[0])} to ${signed(ci[1])}`,
    reason,
  };
}

/** What the evidence speaks against, a line for each claim: contradicted ones with their difference and interval; and how many claims have no verdict. */
export function showWhatDidNotHold(judged: readonly Judged[]): void {
  const against = judged.filter(({ verdict }) => verdict.kind === 'contradicted');
  const undecided = judged.filter(({ verdict }) => !isDecided(verdict)).length;
  const lines = [
    ...against.map(({ claim, verdict: { meanDifference, ci } }) => {
      const interval = ci === null ? '' : ` [${signed(ci[0])}, ${signed(ci[1])}]`;
      return `Did not hold (x${claim.scale}): ${claim.statement} ${differenceOf(claim, meanDifference)}${interval}`;
    }),
    ...(against.length === 0 ? ['Nothing is contradicted so far.'] : []),
    ...(undecided > 0 ? [`${undecided} of ${judged.length} claims wait for runs that have finished learning.`] : []),
  ];
  publish({ 'text/html': `<ul>${lines.map((line) => `<li>${escapeHtml(line)}</li>`).join('')}</ul>`, 'text/plain': lines.join('\n') });
}

function differenceOf({ metric }: DirectionClaim, meanDifference: number | null): string {
  return meanDifference === null ? '' : `${signed(meanDifference)}${unitOf(metric)}`;
}
