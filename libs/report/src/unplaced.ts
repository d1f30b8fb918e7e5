import type { Paper } from '@distillery/lab';
import type { Cohort } from './cohort';
import { unplacedClaims } from './comparison';
import { count, digitsOf, fixed, metricTitle } from './format';
import { html, type Content } from './html';
import { dataTable } from './table';

/** Published numbers that no experiment here measures: listed, so that nothing published disappears. */
export function unplacedTable(paper: Paper, cohorts: readonly Cohort[]): Content {
  const claims = paper.claims.filter((claim) => cohorts.every((cohort) => unplacedClaims(cohort).includes(claim)));
  if (claims.length === 0) return null;
  return html`<section aria-labelledby="unplaced">
    <h2 id="unplaced">Published, without an experiment here</h2>
    <details class="folded wide">
      <summary>${count(claims.length, 'published number')} that none of our experiments measures</summary>
      ${dataTable({
        caption: 'Published numbers that none of our experiments measures',
        columns: [
          { title: 'Row' },
          { title: 'Dataset' },
          { title: 'Metric' },
          { title: 'Published', align: 'right' },
          { title: 'Ours' },
          { title: 'Source' },
        ],
        rows: claims.map(({ table, row, dataset, scale, metric, value, verified, selfEnsemble, protocol, source }) => [
          `${table}: ${row}`,
          `${dataset}, ×${scale}`,
          `${metricTitle(metric)}, ${protocol}`,
          verified && value !== null ? `${fixed(value, digitsOf(metric))} ${selfEnsemble ? '×8' : '1×'}` : 'not available',
          'not run',
          source,
        ]),
      })}
    </details>
  </section>`;
}
