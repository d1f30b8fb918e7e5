import type { RunResult } from '../store/run-result';
import type { MetricsLine } from '../store/run-files';

const POINTS = 200;

/**
 * Training losses by name, at most 200 points each: the steps are cut into equal spans, a point is a span's last step and its
 * mean loss (6 significant digits, about what float32 holds).
 */
export function thinCurves(lines: readonly MetricsLine[]): RunResult['curves'] {
  const count = Math.min(POINTS, lines.length);
  const spans = Array.from({ length: count }, (_, i) =>
    lines.slice(Math.floor((i * lines.length) / count), Math.floor(((i + 1) * lines.length) / count)),
  );
  const names = [...new Set(lines.flatMap(({ losses }) => Object.keys(losses)))];
  return Object.fromEntries(
    names.map((name) => [
      name,
      spans.flatMap((span): [number, number][] => {
        const values = span.flatMap(({ losses }) => losses[name] ?? []);
        const last = span.at(-1);
        if (values.length === 0 || !last) return [];
        return [[last.step, Number((values.reduce((a, b) => a + b, 0) / values.length).toPrecision(6))]];
      }),
    ]),
  );
}
