import { METRIC_IDS, METRICS } from '@distillery/metrics';
import type { PageAssets } from '../assets';
import { claimAnchor, claimLabel } from '../claims/claim-forest';
import type { BestVerdict } from '../claims/best-verdicts';
import { groupBy } from '../collections';
import { forestPlot, type ForestRow } from '../forest/forest';
import { count, digitsOf, listed, numbersSaid, signed } from '../format';
import { term } from '../glossary/term';
import { verdictBadge } from '../glossary/verdict-badge';
import { html, type Content, type Html } from '../html';
import { pageHtml } from '../page';
import { paperName } from '../paper-name';
import { dataTable } from '../table';
import type { Change, Movement } from './movements';

/** Where the page lies beside the index. */
export const AGAINST_HREF = 'against.html';

/** Headings of the changes, in the order of the page. */
const HEADINGS: Readonly<Record<Change, string>> = {
  moved: 'Moved beyond the earlier 95 % interval',
  gone: 'Compared then, not now',
  'judged otherwise': 'Within the earlier interval, another verdict',
  new: 'Compared now, not then',
  'as before': 'As before',
};

/** How a number of claims that did not move is said. */
const SAID: Readonly<Record<Exclude<Change, 'moved'>, readonly [one: string, more: string]>> = {
  gone: ['is not compared any more', 'are not compared any more'],
  'judged otherwise': ['has another verdict', 'have another verdict'],
  new: ['is new', 'are new'],
  'as before': ['is as before', 'are as before'],
};

/** Two sets of results side by side: what moved, claim by claim. `other` names the earlier ones. */
export function againstPage(movements: readonly Movement[], other: string, assets: PageAssets, footer: Content): string {
  const changed = movements.filter(({ change }) => change !== 'as before');
  const same = movements.filter(({ change }) => change === 'as before');
  const body = html`
    <h1>What moved</h1>
    <p class="lead answer">${answer(movements, other)}</p>
    ${forests(changed, 'moved', other)}
    ${
      same.length > 0 &&
      html`<details class="folded wide">
        <summary>${count(same.length, 'claim')} as before</summary>
        ${forests(same, 'same', other)}
      </details>`
    }
    ${
      movements.length > 0 &&
      html`<details class="folded wide">
        <summary>${count(movements.length, 'claim')} in numbers, with the runs behind them</summary>
        ${table(movements)}
      </details>`
    }
  `;
  const trail = [{ title: 'Distillery', href: 'index.html' }, { title: 'What moved' }];
  return pageHtml({ title: 'What moved', description: 'Two sets of results, claim by claim.', trail, body, footer }, assets, {
    plotly: 'none',
  });
}

/** How many claims moved, and what became of the others. */
function answer(movements: readonly Movement[], other: string): Html {
  const number = (wanted: Change): number => movements.filter(({ change }) => change === wanted).length;
  const moved = number('moved');
  const rest = numbersSaid(SAID, number);
  return html`Of ${count(movements.length, 'claim')} that these results or those of <code>${other}</code> compare,
    <b>${moved === 0 ? 'none' : moved}</b> moved beyond the earlier
    ${term('interval', '95 % interval')}${rest.length > 0 && `; ${listed(rest)}`}.`;
}

/** The differences then and now, a figure per metric, in groups by what became of them. */
function forests(movements: readonly Movement[], stem: string, other: string): Content {
  return METRIC_IDS.map((metric) => {
    const ofMetric = movements.filter(({ claim }) => claim.metric === metric);
    if (ofMetric.length === 0) return null;
    return forestPlot({
      id: `${stem}-${metric}`,
      title: `Differences in ${METRICS[metric].title} then and now`,
      circumstances: `then: ${other}`,
      metric,
      groups: [...groupBy(ofMetric, ({ change }) => change)].map(([change, members]) => ({
        heading: HEADINGS[change],
        rows: members.map(rowOf),
      })),
    });
  });
}

function rowOf({ paper, claim, before, now }: Movement): ForestRow {
  return {
    group: paperName(paper),
    label: claimLabel(claim),
    href: `${paper.id}.html#${claimAnchor(now)}`,
    published: null,
    mean: now.overall.meanDifference,
    ci: now.overall.ci,
    before: before.overall.meanDifference === null ? null : { mean: before.overall.meanDifference, ci: before.overall.ci },
    kind: now.overall.kind,
  };
}

function table(movements: readonly Movement[]): Html {
  return dataTable({
    caption: 'Claims then and now: our differences with their 95 % intervals',
    columns: [
      { title: 'Claim' },
      { title: 'Then', align: 'right' },
      { title: 'Now', align: 'right' },
      { title: 'Verdict then' },
      { title: 'Verdict now' },
      { title: 'Runs then' },
      { title: 'Runs now' },
      { title: 'Change' },
    ],
    rows: movements.map(({ claim, before, now, change }) => [
      html`${claim.statement} <code class="printed">${claim.id}</code>`,
      difference(before),
      difference(now),
      verdictBadge(before.overall.kind),
      verdictBadge(now.overall.kind),
      circumstances(before),
      circumstances(now),
      change,
    ]),
  });
}

function difference({ claim, overall: { meanDifference, ci } }: BestVerdict): string {
  if (meanDifference === null) return 'not compared';
  const digits = digitsOf(claim.metric) + 1;
  return `${signed(meanDifference, digits)}${ci ? ` [${signed(ci[0], digits)}, ${signed(ci[1], digits)}]` : ''}`;
}

/** Tier, engine, training set and size, so that a difference of circumstances is not taken for one of results. */
function circumstances({ cohort, overall }: BestVerdict): string {
  return cohort ? `${cohort.tier} tier, ${cohort.engine}, ${cohort.train}, ${count(overall.seeds, 'seed')}` : 'none';
}
