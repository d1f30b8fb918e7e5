import { VERDICTS, type Paper } from '@distillery/lab';
import { standIns } from './badges';
import { tierBadge } from './glossary/tier-badge';
import type { Cohort } from './cohort';
import { grouped, listed } from './format';
import { html, type Content, type Html } from './html';
import { headerRow, scrollable, type Column } from './table';
import type { VerdictCounts } from './verdict-counts';

const COLUMNS: readonly Column[] = [
  { title: 'Claims' },
  { title: 'Reproduced', align: 'right' },
  { title: 'Within tolerance', align: 'right' },
  { title: 'Contradicted', align: 'right' },
  { title: 'Inconclusive', align: 'right' },
  { title: 'Under-trained', align: 'right' },
  { title: 'Not judged', align: 'right' },
  { title: 'Images', align: 'right' },
  { title: 'Seeds', align: 'right' },
  { title: 'Runs', align: 'right' },
];

/** Counts of verdicts, a group of rows per cohort. `title` says how a cohort is named in the table. */
export function verdictTable(cohorts: readonly Cohort[], counts: readonly VerdictCounts[], title: (paper: Paper) => Content): Html {
  const caption = 'Verdicts on the published claims';
  return html`<div class="wide">
    ${scrollable(
      caption,
      html`<table class="sticky verdicts">
        <caption>
          <span class="stay">${caption}</span>
        </caption>
        <thead>
          ${headerRow(COLUMNS)}
        </thead>
        ${cohorts.map((cohort) => cohortRows(cohort, counts, title))}
      </table>`,
    )}
  </div>`;
}

function cohortRows(cohort: Cohort, counts: readonly VerdictCounts[], title: (paper: Paper) => Content): Html {
  const rows = counts.filter((row) => row.paper === cohort.paper.id && row.cohort === cohort.id);
  return html`<tbody>
    <tr class="group">
      <th scope="rowgroup" colspan="${COLUMNS.length}"><span class="stay">${title(cohort.paper)} ${cohortFacts(cohort)}</span></th>
    </tr>
    ${rows.map(
      (row) =>
        html`<tr>
          <th scope="row">${row.kind === 'directions' ? 'Directions' : 'Absolute values'}</th>
          ${VERDICTS.map((kind) => html`<td class="num">${row[kind] > 0 ? html`<strong class="verdict ${kind.replace(' ', '-')}">${row[kind]}</strong>` : 0}</td>`)}
          ${[row.images, row.seeds, row.runs].map((n) => html`<td class="num">${grouped(n)}</td>`)}
        </tr>`,
    )}
  </tbody>`;
}

function cohortFacts(cohort: Cohort): Content {
  if (cohort.runs.length === 0) return html`<span class="absent">not run</span>`;
  const used = standIns(cohort.runs);
  return html`${tierBadge(cohort.tier)}
    <span class="printed"
      >engine ${cohort.engine}, trained on ${cohort.train}, tested on
      ${listed(cohort.evaluate)}${used.length > 0 && html`. <strong>Stand-ins:</strong> ${listed(used)}`}</span
    >`;
}
