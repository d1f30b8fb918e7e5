import type { Divergence } from '@distillery/lab';
import { html, type Content } from './html';
import { dataTable } from './table';

/** The divergence register: where paper and code disagree, and what we do. */
export function divergenceTable(divergences: readonly Divergence[]): Content {
  if (divergences.length === 0) return html`<p>None is known.</p>`;
  return html`<div class="wide register">
    ${dataTable({
      caption: 'Where the paper and the authors’ code differ, and which variants stand here',
      columns: [{ title: 'Point' }, { title: 'Paper' }, { title: 'Code' }, { title: 'Here' }],
      rows: divergences.map(({ point, paper, code, ours }) => [point, paper, code, ours]),
    })}
  </div>`;
}
