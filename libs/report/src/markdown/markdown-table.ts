/** A Markdown table. Bars in cells are escaped, line breaks become spaces. `align` holds one letter per column: l or r. */
export function markdownTable(titles: readonly string[], align: string, rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replace(/\s+/g, ' ').replaceAll('|', '\\|')).join(' | ')} |`;
  const rule = `| ${titles.map((_, i) => (align[i] === 'r' ? '--:' : '---')).join(' | ')} |`;
  return [line(titles), rule, ...rows.map(line)].join('\n');
}

/**
 * `text` with what stands between the lines `<!-- name:begin ... -->` and `<!-- name:end -->` replaced. Throws Error unless both lines are there once, in that order.
 */
export function replaceMarked(text: string, name: string, content: string): string {
  const marked = new RegExp(`(<!-- ${name}:begin[^>]*-->\\n)[\\s\\S]*?(<!-- ${name}:end -->)`, 'g');
  if ([...text.matchAll(marked)].length !== 1) throw new Error(`expected the lines <!-- ${name}:begin --> and <!-- ${name}:end -->, once`);
  return text.replace(marked, (_, begin: string, end: string) => `${begin}\n${content}\n\n${end}`);
}
