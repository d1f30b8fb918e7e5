/** Names, numbers and quoted text; what the compiler adds of its own (`exports.`, `(0, lab_1.run)`) is left out. */
function tokens(code: string): string[] {
  const found = code.match(/[A-Za-z_$][\w$]*|\d[\w.]*|'[^']*'|"[^"]*"|`[^`]*`/g) ?? [];
  return found.filter((token) => token !== 'exports' && token !== '0' && !/^\w+_\d+$/.test(token) && !/^tsLastExpr\d*$/.test(token));
}

/** Dice coefficient of two bags of tokens, 0..1. */
function similarity(a: readonly string[], b: readonly string[]): number {
  const rest = [...b];
  const shared = a.filter((token) => {
    const at = rest.indexOf(token);
    if (at >= 0) rest.splice(at, 1);
    return at >= 0;
  }).length;
  return a.length + b.length === 0 ? 0 : (2 * shared) / (a.length + b.length);
}

/**
 * The line of a cell's TypeScript that line `emittedLine` of its compiled JavaScript came from, both counted from 1; null if
 * none resembles it. tslab compiles a cell twice and keeps no source map, but statements keep their words and their order,
 * so the most similar line is taken, and among equals the nearest in relative position.
 */
export function sourceLine(source: string, emitted: string, emittedLine: number): number | null {
  const compiled = emitted.split('\n');
  const wanted = tokens(compiled[emittedLine - 1] ?? '');
  const lines = source.split('\n');
  const expected = (emittedLine / compiled.length) * lines.length;
  let best: { line: number; score: number } | null = null;
  for (const [index, line] of lines.entries()) {
    const score = similarity(tokens(line), wanted) - Math.abs(index + 1 - expected) / (1e3 * lines.length);
    if (score > 0.3 && (best === null || score > best.score)) best = { line: index + 1, score };
  }
  return best?.line ?? null;
}
