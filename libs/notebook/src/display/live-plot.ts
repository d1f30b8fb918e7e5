import { lineChart, type Points } from './line-chart';
import { publishLive, type MimeBundle } from './publish';
import { everyMs } from './throttle';

export interface LivePlotOptions {
  readonly title?: string;
  readonly xTitle?: string;
  /** Default `log`; a series with a value that is not positive makes it linear. */
  readonly yAxis?: 'log' | 'linear';
}

export interface LivePlot {
  /** Adds one point per named value at `x`. */
  add(x: number, values: Readonly<Record<string, number>>): void;
  /** Draws what was added since the last redraw. Call it after the last point. */
  done(): void;
}

const REDRAW_MS = 1000;
const DRAWN_POINTS = 300;

/** At most `DRAWN_POINTS` points, evenly chosen, the last one always among them. */
function thinned(points: Points): Points {
  const stride = Math.ceil(points.length / DRAWN_POINTS);
  return points.filter((_, index) => (points.length - 1 - index) % stride === 0);
}

/**
 * A line chart below the running cell that grows while the cell runs, replaced in place at most once a second. It is an SVG image:
 * it stays in the saved notebook as it was last.
 */
export function livePlot({ title = 'Training', xTitle = 'step', yAxis = 'log' }: LivePlotOptions = {}): LivePlot {
  const series: Record<string, [number, number][]> = {};
  const due = everyMs(REDRAW_MS);
  const render = (): MimeBundle => {
    const drawn = Object.fromEntries(Object.entries(series).map(([name, points]) => [name, thinned(points)]));
    const log = yAxis === 'log' && Object.values(series).every((points) => points.every(([, y]) => y > 0));
    const last = Object.entries(series).map(([name, points]) => `${name} ${points.at(-1)?.[1].toPrecision(4)}`);
    return { 'image/svg+xml': lineChart(drawn, { title, xTitle, log }), 'text/plain': [title, ...last].join(' · ') };
  };
  const display = publishLive(render());
  return {
    add(x, values) {
      for (const [name, y] of Object.entries(values)) (series[name] ??= []).push([x, y]);
      if (due()) display.update(render());
    },
    done: () => display.update(render(), true),
  };
}
