import { escapeHtml, html, scriptJson, type Html } from './html';
import { dataTable, type Table } from './table';

type PlotJson = string | number | boolean | null | readonly PlotJson[] | { readonly [key: string]: PlotJson | undefined };

/**
 * A Plotly figure as data. `@ink`, `@series-1` and so on, alone or with an opacity as in `@series-1/0.14`, are colours of the style
 * sheet, filled in by the page's script, so that a figure follows the reader's light or dark scheme.
 */
export interface Figure {
  readonly id: string;
  readonly title: string;
  /** Protocol, tier and engine, under the title. */
  readonly circumstances: string;
  /** What a reader who cannot see the figure should know is in it. */
  readonly description: string;
  readonly traces: readonly { readonly [key: string]: PlotJson | undefined }[];
  readonly layout: { readonly [key: string]: PlotJson | undefined };
  /** For figures with a row per arm. */
  readonly tall?: boolean;
  /** The same numbers as text. */
  readonly table: Table;
}

/** Colour, marker and dash of the i-th line, so that no two lines differ by colour alone. Repeats after 18. */
export function lineStyle(index: number): { color: string; symbol: string; dash: string } {
  const symbols = ['circle', 'square', 'diamond', 'triangle-up', 'cross', 'x'];
  const dashes = ['solid', 'dash', 'dot'];
  return {
    color: `@series-${(index % 6) + 1}`,
    symbol: symbols[index % symbols.length] as string,
    dash: dashes[Math.floor(index / 6) % dashes.length] as string,
  };
}

/** A figure with its caption, the place Plotly draws in, its data, and the table that says the same. */
function figureHtml(figure: Figure): Html {
  const { id, title, circumstances, description, traces, layout, tall = false, table } = figure;
  return html`<figure class="figure" id="${id}">
    <figcaption>${title}<span class="circumstances">${circumstances}</span></figcaption>
    <div
      class="${tall ? 'plot tall' : 'plot'}"
      id="${id}-plot"
      role="img"
      aria-label="${`${title} (${circumstances}). ${description}`}"
      data-figure="${id}-data"
    >
      <p class="plot-fallback">
        This figure is drawn by the script in the assets folder beside this page. Its numbers are in the table below.
      </p>
    </div>
    <script type="application/json" id="${id}-data">
      ${scriptJson({ data: rounded(traces), layout })}
    </script>
    <details class="numbers">
      <summary>Numbers behind the figure</summary>
      ${dataTable(table)}
    </details>
  </figure>`;
}

/** Numbers to seven digits, more than a figure can show: in full they are half of a page. */
function rounded(value: PlotJson | undefined): PlotJson | undefined {
  if (typeof value === 'number') return Number(value.toPrecision(7));
  if (Array.isArray(value)) return value.map((item: PlotJson) => rounded(item) as PlotJson);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, rounded(item as PlotJson)]));
}

/** Figures side by side where there is room. */
export function figureGrid(figures: readonly Figure[]): Html {
  return html`<div class="figures wide">${figures.map(figureHtml)}</div>`;
}

/** Plotly reads a small HTML dialect in names and hover texts: text is escaped for it. */
export function plotText(text: string): string {
  return escapeHtml(text);
}
