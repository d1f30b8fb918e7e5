import { METRICS, unitOf, type MetricId } from '@distillery/metrics';

/** Prints one JSON document on stdout and nothing else. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Prints lines on stdout. */
export function print(...lines: readonly string[]): void {
  for (const line of lines) process.stdout.write(`${line}\n`);
}

/** Prints rows as aligned columns, the first row as the head. */
export function printTable(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  for (const row of rows)
    print(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}

/** A metric as the head of a column: `PSNR dB`. */
export function metricHeading(id: MetricId): string {
  return `${METRICS[id].title}${unitOf(id)}`;
}

/** A value with all digits that its metric has. */
export function metricValue(id: MetricId, value: number | null | undefined): string {
  return typeof value === 'number' ? value.toFixed(METRICS[id].digits.full) : 'not measured';
}
