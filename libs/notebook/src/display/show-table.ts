import { escapeHtml } from './html';
import { publish } from './publish';

export type TableRow = Readonly<Record<string, string | number | boolean | null | undefined>>;

export interface TableOptions {
  /** Digits after the point for numbers that are not whole; default 2. */
  readonly digits?: number;
  readonly caption?: string;
}

/** A cell's text: null is a number that is not known, undefined a cell that the row does not have. */
function cellText(value: TableRow[string], digits: number): string {
  if (value === undefined) return '';
  if (value === null) return 'not available';
  return typeof value === 'number' && !Number.isInteger(value) ? value.toFixed(digits) : String(value);
}

/**
 * Displays rows as a table. Columns are the rows' keys in order of appearance; columns of numbers are set flush right.
 * Throws UserError outside a tslab notebook.
 */
export function showTable(rows: readonly TableRow[], { digits = 2, caption }: TableOptions = {}): void {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const texts = rows.map((row) => columns.map((column) => cellText(row[column], digits)));
  const align = columns.map((column) => (rows.some((row) => typeof row[column] === 'number') ? 'right' : 'left'));
  const line = (tag: 'th' | 'td', cells: readonly string[]): string =>
    `<tr>${cells.map((text, at) => `<${tag} style="text-align:${align[at]}">${escapeHtml(text)}</${tag}>`).join('')}</tr>`;
  const title = caption === undefined ? '' : `<caption>${escapeHtml(caption)}</caption>`;
  publish({
    'text/html': `<table>${title}<thead>${line('th', columns)}</thead><tbody>${texts.map((cells) => line('td', cells)).join('')}</tbody></table>`,
    'text/plain': [columns, ...texts].map((cells) => cells.join('\t')).join('\n'),
  });
}
