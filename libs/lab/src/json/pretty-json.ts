import type { Json } from './json';

const WIDTH = 120;

/**
 * JSON for version control: keys as they come, arrays and objects on one line where they fit, so that a changed number is a changed
 * line and a list of two hundred points is not two hundred lines. Ends with a newline.
 */
export function prettyJson(value: Json): string {
  return `${write(value, 0)}\n`;
}

function write(value: Json, indent: number): string {
  const flat = JSON.stringify(value);
  if (typeof value !== 'object' || value === null || indent + flat.length <= WIDTH) return flat;
  const margin = ' '.repeat(indent + 1);
  if (Array.isArray(value))
    return `[\n${fill(
      (value as readonly Json[]).map((item) => write(item, indent + 1)),
      margin,
    )}\n${' '.repeat(indent)}]`;
  const entries = Object.entries(value).map(([key, item]) => `${margin}${JSON.stringify(key)}: ${write(item, indent + 1)}`);
  return `{\n${entries.join(',\n')}\n${' '.repeat(indent)}}`;
}

/** Puts as many short items on a line as fit. */
function fill(items: readonly string[], margin: string): string {
  const lines: string[] = [];
  let line = '';
  for (const item of items) {
    if (line !== '' && margin.length + line.length + item.length + 2 > WIDTH) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? item : `${line}, ${item}`;
  }
  return [...lines, line].map((text) => margin + text).join(',\n');
}
