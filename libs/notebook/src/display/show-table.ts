import { escapeHtml } from './html';
import { publish } from './publish';

export type TableRow = Readonly<Record<string, string | number | boolean | null | undefined>>;

export interface TableOptions {
  /** Digits after the point in columns with a number that is not whole; default 2. */
  readonly digits?: number;
  readonly caption?: string;
  /** For what few will read: the table is behind this line, to be unfolded. */
  readonly folded?: string;
}

/** A column's texts: null is a number that is not known, undefined a cell that the row does not have. */
function columnTexts(values: readonly TableRow[string][], digits: number): string[] {
  const places = values.every((value) => typeof value !== 'number' || Number.isInteger(value)) ? 0 : digits;
  return values.map((value) => {
    if (value === undefined) return '';
    if (value === null) return 'not available';
    return typeof value === 'number' ? value.toFixed(places) : String(value);
  });
}

/**
 * Displays rows as a table. Columns are the rows' keys in order of appearance; columns of numbers, also of such with a sign before and a unit behind, are set flush right.
 */
export function showTable(rows: readonly TableRow[], { digits = 2, caption, folded }: TableOptions = {}): void {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const byColumn = columns.map((column) =>
    columnTexts(
      rows.map((row) => row[column]),
      digits,
    ),
  );
  const texts = rows.map((_row, index) => byColumn.map((column) => column[index] ?? ''));
  const align = columns.map((column) => (rows.some((row) => isNumeric(row[column])) ? 'right' : 'left'));
  const line = (tag: 'th' | 'td', cells: readonly string[]): string =>
    `<tr>${cells.map((text, at) => `<${tag} style="text-align:${align[at]}">${escapeHtml(text)}</${tag}>`).join('')}</tr>`;
  const title = caption === undefined ? '' : `<caption style="text-align:left;white-space:nowrap">${escapeHtml(caption)}</caption>`;
  const table = `<table>${title}<thead>${line('th', columns)}</thead><tbody>${texts.map((cells) => line('td', cells)).join('')}</tbody></table>`;
  publish({
    'text/html': folded === undefined ? table : `<details><summary>${escapeHtml(folded)}</summary>${table}</details>`,
    'text/plain': [columns, ...texts].map((cells) => cells.join('\t')).join('\n'),
  });
}

const isNumeric = (value: TableRow[string]): boolean =>
  typeof value === 'number' || (typeof value === 'string' && /^[-+][\d.]+(?: \w+)?$/.test(value));
