import { stripVTControlCharacters } from 'node:util';
import { z } from 'zod';
import { html, scriptJson, type Content, type Html } from '../html';
import { markdownHtml } from './markdown';
import type { NotebookOutput } from './notebook-json';
import type { Sanitiser } from './sanitise';

type Bundle = Extract<NotebookOutput, { data: unknown }>['data'];

/** What a notebook's `application/vnd.plotly.v1+json` holds. */
const figureSchema = z.object({ data: z.array(z.record(z.string(), z.unknown())), layout: z.record(z.string(), z.unknown()).default({}) });

/** Whether any of the outputs is drawn by Plotly. */
export function isFigure(output: NotebookOutput): boolean {
  return 'data' in output && figureSchema.safeParse(output.data['application/vnd.plotly.v1+json']).success;
}

/** An output of a code cell: figures as figures, HTML sanitised, images inline, everything else as text. */
export function outputHtml(output: NotebookOutput, id: string, sanitise: Sanitiser): Html {
  switch (output.output_type) {
    case 'stream':
      return html`<pre class="output ${output.name === 'stderr' && 'stderr'}">${terminalText(output.text)}</pre>`;
    case 'error':
      return html`<pre class="output stderr">${terminalText([`${output.ename}: ${output.evalue}`, ...output.traceback].join('\n'))}</pre>`;
    case 'display_data':
    case 'execute_result':
      return html`<div class="output">${richest(output.data, id, sanitise)}</div>`;
  }
}

/** The richest form of a MIME bundle that can be shown without running the notebook's own scripts. */
function richest(data: Bundle, id: string, sanitise: Sanitiser): Content {
  const figure = figureSchema.safeParse(data['application/vnd.plotly.v1+json']);
  const plain = textOf(data['text/plain']);
  const alt = plain || 'image shown by the cell';
  const markup = textOf(data['text/html']);
  const svg = textOf(data['image/svg+xml']);
  const markdown = textOf(data['text/markdown']);
  const image = ['image/png', 'image/jpeg', 'image/gif'].find((type) => textOf(data[type]) !== '');
  if (figure.success) return plotlyFigure(figure.data, id, plain);
  if (markup !== '') return sanitise(markup);
  // As an image, an SVG can neither run scripts nor load anything.
  if (svg !== '') return html`<img src="data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}" alt="${alt}" />`;
  if (image) return html`<img src="data:${image};base64,${textOf(data[image]).replace(/[^A-Za-z0-9+/=]/g, '')}" alt="${alt}" />`;
  if (markdown !== '') return sanitise(markdownHtml(markdown));
  const json = data['application/json'];
  return html`<pre>${plain || (json === undefined ? 'an output without a text form' : JSON.stringify(json, null, 2))}</pre>`;
}

/** The notebook's own colours and sizes are for Jupyter's white page: the page's script sets both. The title goes into the caption. */
const NOT_KEPT = ['height', 'width', 'template', 'paper_bgcolor', 'plot_bgcolor', 'title'];

function plotlyFigure({ data, layout }: z.infer<typeof figureSchema>, id: string, plain: string): Html {
  const given = z.union([z.string(), z.object({ text: z.string() }).transform(({ text }) => text)]).safeParse(layout.title);
  const title = (given.success && given.data) || plain || 'Figure';
  const kept = Object.fromEntries(Object.entries(layout).filter(([key]) => !NOT_KEPT.includes(key)));
  return html`<figure class="figure">
    <figcaption>${title}</figcaption>
    <div class="plot" role="img" aria-label="${title}" data-figure="${id}">
      <p class="plot-fallback">This figure is drawn by a script in this page.</p>
    </div>
    <script type="application/json" id="${id}">
      ${scriptJson({ data, layout: kept })}
    </script>
  </figure>`;
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.join('');
  return typeof value === 'string' ? value : '';
}

/**
 * Terminal output as it would stand on the screen: no colour codes, and of a line that was overwritten only the last state. Line by line, so that the time is
 * linear in the text: a pattern that looks for an overwritten line from every character takes quadratic time on a long one.
 */
function terminalText(text: string): string {
  return stripVTControlCharacters(text).split('\n').map(lastState).join('\n').trimEnd();
}

/** What stands in a line after the carriage returns in it: those at its end overwrite nothing. */
function lastState(line: string): string {
  let end = line.length;
  while (line[end - 1] === '\r') end--;
  return line.slice(end === 0 ? 0 : line.lastIndexOf('\r', end - 1) + 1, end);
}
