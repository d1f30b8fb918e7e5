import { once } from 'node:events';
import { METRICS, unitOf, type MetricId } from '@distillery/metrics';

/** Prints one JSON document on stdout and nothing else. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Prints values as one JSON array, without having them all in memory. */
export async function printJsonArray(values: Iterable<unknown>): Promise<void> {
  let between = '[\n';
  for (const value of values) {
    await writeOut(`${between}${JSON.stringify(value, null, 2).replace(/^/gm, '  ')}`);
    between = ',\n';
  }
  await writeOut(between === '[\n' ? '[]\n' : '\n]\n');
}

/** Writes to stdout no faster than it is read. */
async function writeOut(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}

/** Text for a terminal: control characters, which can stand in the names of files, are written out (`\\x1b`). */
export function visible(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\x00-\x08\x0a-\x1f\x7f-\x9f]/g, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** Prints lines on stdout. */
export function print(...lines: readonly string[]): void {
  for (const line of lines) process.stdout.write(`${visible(line)}\n`);
}

/** Says on stderr what a user has to know, a line each. */
export function warn(...lines: readonly string[]): void {
  for (const line of lines) process.stderr.write(`${visible(line)}\n`);
}

/** Prints rows as aligned columns, the first row as the head. */
export function printTable(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  for (const row of rows) print(aligned(row, widths));
}

/** Prints rows as they come, each cell as wide as its column, without having them all in memory. */
export async function printRows(rows: Iterable<readonly string[]>, widths: readonly number[]): Promise<void> {
  for (const row of rows) await writeOut(`${visible(aligned(row, widths))}\n`);
}

function aligned(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, column) => cell.padEnd(widths[column] ?? 0))
    .join('  ')
    .trimEnd();
}

/** A metric as the head of a column: `PSNR dB`. */
export function metricHeading(id: MetricId): string {
  return `${METRICS[id].title}${unitOf(id)}`;
}

/** A value with all digits that its metric has. */
export function metricValue(id: MetricId, value: number | null | undefined): string {
  return typeof value === 'number' ? value.toFixed(METRICS[id].digits.full) : 'not measured';
}
