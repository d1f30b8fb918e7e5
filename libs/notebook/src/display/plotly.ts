import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import { escapeHtml, scriptJson } from './html';
import { COLOURS } from './line-chart';
import { currentExecution, type MimeBundle } from './publish';

/** A Plotly figure: what `Plotly.newPlot` takes. */
export interface PlotlyFigure {
  readonly data: readonly Readonly<Record<string, unknown>>[];
  readonly layout?: Readonly<Record<string, unknown>>;
}

export interface FigurePlace {
  /** Of the element that it is drawn in. A figure that is shown again under the same id takes the place of the earlier one: what the reader zoomed to stays. */
  readonly id: string;
  /** HTML that stands there until a script draws the figure, and for good where none may run. */
  readonly before: string;
  /** Whether the output brings Plotly along. */
  readonly carries: boolean;
}

/** A logarithmic axis. Over more than a decade Plotly would label all of 1 to 9, one upon the other: told to make few ticks, it labels 1, 2 and 5, or decades. */
export const LOG_AXIS = { type: 'log', tickformat: '~g', hoverformat: '.4g', nticks: 4 } as const;

const HEIGHT = 420;
const NAME = 'distilleryPlotly';
/** Executions whose output already carries Plotly. */
const carrying = new WeakSet<object>();
let bundle: string | undefined;

/** Whether the output under way is the one that has to bring Plotly along: the first of each execution of a cell. Its saved output then draws whatever was run again or cleared around it. */
export function carriesPlotly(): boolean {
  const execution = currentExecution();
  if (carrying.has(execution)) return false;
  carrying.add(execution);
  return true;
}

/**
 * A script that unpacks Plotly's basic bundle (scatter, bar, pie) from the installed package, so that nothing is fetched. Packed, it
 * is 0.5 MB in place of 1.2. `window.distilleryPlotly` is the promise of it.
 */
function plotlyScript(): string {
  bundle ??= gzipSync(readFileSync(createRequire(__filename).resolve('plotly.js-basic-dist-min')), { level: 9 }).toString('base64');
  return `<script>window.${NAME} ??= (async () => {
  const packed = Uint8Array.from(atob('${bundle}'), (c) => c.charCodeAt(0));
  const source = await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'))).text();
  (0, eval)(source);
  return window.Plotly;
})();</script>`;
}

/**
 * Runs in the page. Text and grid take the colour of the text around the figure, so that it can be read on a light and on a dark page; where JupyterLab's theme
 * changes, it is drawn anew. A graph is kept by its id, because the page puts an empty element in its place at every update.
 */
const DRAW = `function (id, data, layout, colorway) {
  const draw = () => {
    const place = document.getElementById(id);
    if (!place || !window.${NAME}) return void setTimeout(draw, 100);
    window.${NAME}.then((Plotly) => {
      const graphs = (window.distilleryGraphs ??= new Map());
      const known = graphs.get(id);
      const graph = known ?? { element: document.createElement('div') };
      graph.paint = () => {
        const [ink, none] = [getComputedStyle(graph.element).color, 'rgba(0,0,0,0)'];
        const axis = { gridcolor: 'rgba(128,128,128,0.25)', zerolinecolor: 'rgba(128,128,128,0.5)', automargin: true, exponentformat: 'power' };
        const hoverlabel = { bgcolor: 'rgba(128,128,128,0.9)', font: { color: '#fff' } };
        const own = { paper_bgcolor: none, plot_bgcolor: none, font: { color: ink }, colorway, xaxis: axis, yaxis: axis, hoverlabel };
        Plotly.react(graph.element, data, { template: { layout: own }, ...layout }, { responsive: true, displaylogo: false });
      };
      place.replaceChildren(graph.element);
      graph.paint();
      if (known) return;
      graphs.set(id, graph);
      new MutationObserver(() => graph.paint()).observe(document.body, { attributeFilter: ['data-jp-theme-light'] });
    });
  };
  draw();
}`;

/** A figure for an output: as Plotly's JSON, as HTML that works without a network, in Jupyter and in HTML made from the notebook, and as `text`. */
export function figureBundle({ data, layout = {} }: PlotlyFigure, { id, before, carries }: FigurePlace, text: string): MimeBundle {
  const full = { autosize: true, height: HEIGHT, ...layout };
  const given = [id, data, full, COLOURS].map(scriptJson).join(', ');
  const html = `<div id="${escapeHtml(id)}" style="min-height:${Number(full.height)}px">${before}</div>
${carries ? plotlyScript() : ''}<script>(${DRAW})(${given});</script>`;
  return { 'application/vnd.plotly.v1+json': { data, layout: full }, 'text/html': html, 'text/plain': text };
}
