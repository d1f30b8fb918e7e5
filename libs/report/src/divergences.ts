import type { Divergence } from '@distillery/lab';
import { html, type Html } from './html';
import { dataTable } from './table';

/** The divergence register: where paper and code disagree, and what we do. */
export function divergenceTable(divergences: readonly Divergence[]): Html {
  return html`<div class="wide register">
    ${dataTable({
      caption: 'Where the paper and the authors’ code differ, and which variants stand here',
      columns: [{ title: 'Point' }, { title: 'Paper' }, { title: 'Code' }, { title: 'Here' }],
      rows: divergences.map(({ point, paper, code, ours }) => [point, paper, code, ours]),
    })}
  </div>`;
}
