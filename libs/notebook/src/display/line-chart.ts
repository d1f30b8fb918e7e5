import { escapeHtml } from './html';

export type Points = readonly (readonly [x: number, y: number])[];

export interface ChartOptions {
  readonly title: string;
  readonly xTitle: string;
  /** Logarithmic y axis; values must be positive. */
  readonly log: boolean;
}

const WIDTH = 640;
const HEIGHT = 300;
const LEFT = 64;
const RIGHT = 16;
const TOP = 44;
const BOTTOM = 40;
/** Okabe and Ito's colours, which most colour-blind readers can tell apart. */
export const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'];

/** Width of a name of 12 pixels a line in a legend, about, with its line and the gap behind it. */
const legendWidth = (name: string): number => 40 + 6.5 * name.length;
const LEGEND_ROW = 16;

/** Where the names of a legend stand: side by side, in a new row where there is no room. */
function legend(names: readonly string[]): { readonly x: number; readonly row: number }[] {
  let [x, row] = [LEFT, 0];
  return names.map((name) => {
    const width = legendWidth(name);
    if (x > LEFT && x + width > WIDTH) [x, row] = [LEFT, row + 1];
    const place = { x, row };
    x += width;
    return place;
  });
}

/** Round numbers (1, 2 or 5 times a power of ten) in lo..hi, about `count` of them. */
export function ticks(lo: number, hi: number, count: number): number[] {
  const raw = (hi - lo) / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= raw) ?? 10);
  const first = Math.ceil(lo / step - 1e-9);
  return Array.from({ length: Math.floor(hi / step + 1e-9) - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

/** 1, 2 and 5 times each power of ten in lo..hi; only the powers if there are many; as on a linear axis if there are too few. */
export function logTicks(lo: number, hi: number): number[] {
  const exponents = Array.from(
    { length: Math.floor(Math.log10(hi)) - Math.floor(Math.log10(lo)) + 1 },
    (_, i) => Math.floor(Math.log10(lo)) + i,
  );
  const within = (tick: number): boolean => tick >= lo && tick <= hi;
  // Read from decimal text: powers computed in floating point are not the numbers that they print as.
  const all = exponents.flatMap((exponent) => [1, 2, 5].map((factor) => Number(`${factor}e${exponent}`))).filter(within);
  if (all.length < 3) return ticks(lo, hi, 4);
  return all.length <= 8 ? all : exponents.map((exponent) => Number(`1e${exponent}`)).filter(within);
}

/** The range of `values`, widened where it has no width. */
function range(values: readonly number[], log: boolean): [number, number] {
  const lo = Math.min(...values);
  const hi = Math.max(...values);
  if (lo < hi) return [lo, hi];
  return log ? [lo / 2, hi * 2] : [lo - 1, hi + 1];
}

/** A line chart as SVG, a line per entry of `series`, without scripts or fonts of its own. */
export function lineChart(series: Readonly<Record<string, Points>>, { title, xTitle, log }: ChartOptions): string {
  const points = Object.values(series).flat();
  const [xLo, xHi] = range(points.length > 0 ? points.map(([x]) => x) : [0], false);
  const [yLo, yHi] = range(points.length > 0 ? points.map(([, y]) => y) : [1], log);
  const places = legend(Object.keys(series));
  const top = TOP + LEGEND_ROW * (places.at(-1)?.row ?? 0);
  const along = (value: number, lo: number, hi: number): number => (value - lo) / (hi - lo);
  const x = (value: number): string => (LEFT + along(value, xLo, xHi) * (WIDTH - LEFT - RIGHT)).toFixed(1);
  const share = (value: number): number => (log ? along(Math.log(value), Math.log(yLo), Math.log(yHi)) : along(value, yLo, yHi));
  const y = (value: number): string => (HEIGHT - BOTTOM - share(value) * (HEIGHT - BOTTOM - top)).toFixed(1);

  const grid = [
    ...ticks(xLo, xHi, 6).map(
      (tick) =>
        `<path d="M${x(tick)} ${top}V${HEIGHT - BOTTOM}"/><text x="${x(tick)}" y="${HEIGHT - BOTTOM + 16}" text-anchor="middle">${tick}</text>`,
    ),
    ...(log ? logTicks(yLo, yHi) : ticks(yLo, yHi, 5)).map(
      (tick) =>
        `<path d="M${LEFT} ${y(tick)}H${WIDTH - RIGHT}"/><text x="${LEFT - 6}" y="${y(tick)}" dy="4" text-anchor="end">${Number(tick.toPrecision(3))}</text>`,
    ),
  ];
  const lines = Object.entries(series).map(([name, line], index) => {
    const colour = COLOURS[index % COLOURS.length];
    const path = line.map(([px, py]) => `${x(px)},${y(py)}`).join(' ');
    const { x: at, row } = places[index] as { x: number; row: number };
    const down = LEGEND_ROW * row;
    return (
      `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="1.5"/>` +
      `<path d="M${at} ${32 + down}h18" stroke="${colour}" stroke-width="3"/><text x="${at + 23}" y="${36 + down}">${escapeHtml(name)}</text>`
    );
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" font-family="sans-serif" font-size="12">` +
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/><text x="${LEFT}" y="18" font-weight="bold">${escapeHtml(title)}</text>` +
    `<g stroke="#ddd">${grid.join('').replace(/<text /g, '<text stroke="none" fill="#333" ')}</g>${lines.join('')}` +
    `<text x="${WIDTH - RIGHT}" y="${HEIGHT - 8}" text-anchor="end">${escapeHtml(xTitle)}</text></svg>`
  );
}
