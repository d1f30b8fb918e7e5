import type { Claim } from '@distillery/lab';
import { METRICS } from '@distillery/metrics';
import { showTable, type TableRow } from '../display/show-table';

/**
 * A table of published numbers: a row for each printed row, a column for each data set, and for each scale and metric if there are several. Rows of which nothing could be read are folded away
 * into a table of their own.
 */
export function showPublished(claims: readonly Claim[]): void {
  const severalScales = new Set(claims.map(({ scale }) => scale)).size > 1;
  const severalMetrics = new Set(claims.map(({ metric }) => metric)).size > 1;
  const columnOf = ({ dataset, scale, metric }: Claim): string =>
    [dataset, ...(severalScales ? [`x${scale}`] : []), ...(severalMetrics ? [METRICS[metric].title] : [])].join(' ');
  const rows = new Map<string, TableRow>();
  for (const claim of claims) {
    const row = `${claim.table}: ${claim.row}`;
    rows.set(row, { ...(rows.get(row) ?? { row }), [columnOf(claim)]: claim.value });
  }
  const [known, unknown] = [true, false].map((wanted) => [...rows.values()].filter((row) => isKnown(row) === wanted)) as [
    TableRow[],
    TableRow[],
  ];
  if (known.length > 0) showTable(known);
  if (unknown.length > 0)
    showTable(unknown, { folded: `${unknown.length} ${unknown.length === 1 ? 'row' : 'rows'} of which no number could be read` });
}

function isKnown(row: TableRow): boolean {
  return Object.values(row).some((value) => typeof value === 'number');
}
