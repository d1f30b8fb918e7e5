import { randomBytes } from 'node:crypto';
import { escapeHtml } from './html';
import { COLOURS, lineChart, type Points } from './line-chart';
import { carriesPlotly, figureBundle, LOG_AXIS, type PlotlyFigure } from './plotly';
import { publishLive, type LiveDisplay, type MimeBundle } from './publish';
import { isNoisy, smoothed } from './smoothing';
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
const HEIGHT = 320;
/** Where there are more curves than colours. */
const DASHES = ['solid', 'dash', 'dot'];

/** At most `DRAWN_POINTS` points, evenly chosen, the last one always among them, to six digits. */
function thinned(points: Points): Points {
  const stride = Math.ceil(points.length / DRAWN_POINTS);
  return points.filter((_, index) => (points.length - 1 - index) % stride === 0).map(([x, y]) => [x, Number(y.toPrecision(6))] as const);
}

/** A series as it is drawn: `line`, and behind it, faint, what it was smoothed from. */
interface Drawn {
  readonly name: string;
  readonly line: Points;
  readonly behind: Points | null;
}

function drawn([name, points]: readonly [string, Points]): Drawn {
  return isNoisy(points)
    ? { name, line: thinned(smoothed(points)), behind: thinned(points) }
    : { name, line: thinned(points), behind: null };
}

function traces({ name, line, behind }: Drawn, index: number): PlotlyFigure['data'][number][] {
  const color = COLOURS[index % COLOURS.length];
  const dash = DASHES[Math.floor(index / COLOURS.length) % DASHES.length];
  const of = (points: Points) => ({
    type: 'scatter',
    legendgroup: name,
    x: points.map(([x]) => x),
    y: points.map(([, y]) => y),
    line: { color, dash },
  });
  const mode = behind ? 'lines' : 'lines+markers';
  const shown = escapeHtml(name);
  return [
    ...(behind ? [{ ...of(behind), mode: 'lines', opacity: 0.3, showlegend: false, hoverinfo: 'skip', name: shown }] : []),
    { ...of(line), mode, name: shown, marker: { color, size: 5 } },
  ];
}

/**
 * A line chart below the running cell that grows while the cell runs, replaced in place at most once a second. Long curves are smoothed, over what they were
 * measured as. Under the pointer stand the values of all of them; a range that was zoomed to is kept. It stays in the saved notebook as it was last, and is an
 * SVG image where scripts may not run. There is none before its first point.
 */
export function livePlot({ title = 'Training', xTitle = 'step', yAxis = 'log' }: LivePlotOptions = {}): LivePlot {
  const series: Record<string, [number, number][]> = {};
  const id = `live-${randomBytes(6).toString('hex')}`;
  const due = everyMs(REDRAW_MS);
  // Plotly comes with the first state, for the page that is open, and with the last, for the notebook that is saved.
  let carries = false;
  let display: LiveDisplay | undefined;
  const render = (ends: boolean): MimeBundle => {
    const curves = Object.entries(series).map(drawn);
    const log = yAxis === 'log' && Object.values(series).every((points) => points.every(([, y]) => y > 0));
    const last = Object.entries(series).map(([name, points]) => `${name} ${points.at(-1)?.[1].toPrecision(4)}`);
    const text = [title, ...last].join(' · ');
    const along = curves.some(({ behind }) => behind) ? `${xTitle} (faint: each; line: smoothed)` : xTitle;
    const svg = lineChart(Object.fromEntries(curves.map(({ name, line }) => [name, line])), { title, xTitle: along, log });
    const figure = {
      data: curves.flatMap(traces),
      layout: {
        title: { text: title },
        height: HEIGHT,
        margin: { l: 64, r: 16, t: 48, b: 48 },
        xaxis: { title: { text: along } },
        yaxis: log ? LOG_AXIS : { type: 'linear', tickformat: '~g', hoverformat: '.4g' },
        showlegend: true,
        hovermode: 'x unified',
        uirevision: id,
      },
    };
    const before = `<img src="data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}" alt="${escapeHtml(text)}">`;
    return figureBundle(figure, { id, before, carries: carries && ends }, text);
  };
  return {
    add(x, values) {
      for (const [name, y] of Object.entries(values)) (series[name] ??= []).push([x, y]);
      if (Object.keys(series).length === 0 || !due()) return;
      if (display) return display.update(render(false));
      carries = carriesPlotly();
      display = publishLive(render(true));
    },
    done: () => display?.update(render(true), true),
  };
}
