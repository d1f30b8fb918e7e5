import { term } from './glossary/term';
import { escapeHtml, html, raw, type Content, type Html } from './html';

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** The glossary's term that explains the title. */
  readonly term?: string;
}

/** A plain table: the first cell of each row is its header. */
export interface Table {
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Content[])[];
}

/** A region of its own that scrolls sideways when its table is wider than the page; focusable, so that it scrolls by keyboard too. */
export function scrollable(label: string, table: Html): Html {
  return html`<div class="scroll" role="group" aria-label="${label}" tabindex="0">${table}</div>`;
}

const classOf = (column: Column | undefined) => (column?.align === 'right' ? html`class="num"` : null);

/** The header row of a table. */
export function headerRow(columns: readonly Column[]): Html {
  return html`<tr>
    ${columns.map((column) => {
      const { title, term: id } = column;
      return html`<th scope="col" ${classOf(column)}>${id === undefined ? title : term(id, title)}</th>`;
    })}
  </tr>`;
}

/** A plain table in its own scrolling region. */
export function dataTable({ caption, columns, rows }: Table): Html {
  const cell = (content: Content, i: number) =>
    i === 0 ? html`<th scope="row" ${classOf(columns[i])}>${content}</th>` : html`<td ${classOf(columns[i])}>${content}</td>`;
  return scrollable(
    caption,
    html`<table>
      <caption>
        <span class="stay">${caption}</span>
      </caption>
      <thead>
        ${headerRow(columns)}
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map(cell)}
            </tr>`,
        )}
      </tbody>
    </table>`,
  );
}

/**
 * A table of many numbers, each row a name and its values. Written without the end tags that HTML lets be left out: with a thousand runs these tables are most of
 * a page.
 */
export function valuesTable(
  caption: string,
  columns: readonly string[],
  rows: readonly (readonly [name: string, ...values: string[]])[],
): Html {
  const body = rows.map(
    ([name, ...values]) => `<tr><th scope="row">${escapeHtml(name)}${values.map((value) => `<td>${escapeHtml(value)}`).join('')}`,
  );
  return scrollable(
    caption,
    html`<table class="values">
      <caption>
        <span class="stay">${caption}</span>
      </caption>
      <thead>
        ${headerRow(columns.map((title) => ({ title })))}
      </thead>
      <tbody>
        ${raw(body.join('\n'))}
      </tbody>
    </table>`,
  );
}
