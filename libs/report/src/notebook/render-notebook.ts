import { pageAssets, plotlySource } from '../assets';
import { html, type Content, type Html } from '../html';
import { pageHtml } from '../page';
import { highlight } from './highlight';
import { headingsOf, markdownHtml, type Heading } from './markdown';
import { notebookJson, type NotebookCell } from './notebook-json';
import { isFigure, outputHtml } from './outputs';
import { createSanitiser, type Sanitiser } from './sanitise';

export interface NotebookPageOptions {
  /** Where the report is, as seen from the page. */
  readonly report?: string;
}

/**
 * An executed notebook (parsed JSON, nbformat 4) as one HTML document that needs no other file and no network: markdown with
 * mathematics, highlighted code, and outputs as text, images, sanitised HTML and Plotly figures. Scripts in outputs never run; a figure
 * is shown if its output carries `application/vnd.plotly.v1+json`. Throws `UserError` for what is not a notebook.
 */
export async function renderNotebook(json: unknown, { report }: NotebookPageOptions = {}): Promise<string> {
  const notebook = notebookJson(json);
  const { language_info: language, kernelspec } = notebook.metadata;
  const sanitise = await createSanitiser();
  const name = language?.name ?? kernelspec?.language ?? 'typescript';
  const cells = notebook.cells.map((cell, index) => cellHtml(cell, index, name, sanitise));
  const headings = notebook.cells.map((cell) => (cell.cell_type === 'markdown' ? headingsOf(cell.source) : []));
  const title = headings.flat().find(({ level }) => level === 1)?.text ?? 'Notebook';
  const figures = notebook.cells.some((cell) => cell.cell_type === 'code' && cell.outputs.some(isFigure));
  const page = {
    title,
    description: `Executed notebook: ${title}`,
    trail: [{ title: 'Distillery', ...(report !== undefined && { href: report }) }, { title: 'Notebook' }],
    body: html`<article class="notebook wide">${contents(headings)} ${cells}</article>`,
    footer: html`<p>An executed notebook, written by Distillery. Nothing on this page is loaded from a network.</p>`,
  };
  return pageHtml(page, await pageAssets(), { plotly: figures ? { inline: await plotlySource() } : 'none' });
}

const cellId = (index: number): string => `cell-${index + 1}`;

/** The headings of second level, each a link to its cell. */
function contents(headings: readonly (readonly Heading[])[]): Content {
  const parts = headings.flatMap((found, index) => found.filter(({ level }) => level === 2).map(({ text }) => ({ index, text })));
  if (parts.length < 2) return null;
  return html`<details class="contents">
    <summary>Contents of this page</summary>
    <nav aria-label="Contents">
      <ol>
        ${parts.map(({ index, text }) => html`<li><a href="#${cellId(index)}">${text}</a></li>`)}
      </ol>
    </nav>
  </details>`;
}

function cellHtml(cell: NotebookCell, index: number, language: string, sanitise: Sanitiser): Html {
  switch (cell.cell_type) {
    case 'markdown':
      return html`<section class="markdown" id="${cellId(index)}">${sanitise(markdownHtml(cell.source))}</section>`;
    case 'raw':
      return html`<pre class="wide">${cell.source}</pre>`;
    case 'code':
      return html`<section class="cell wide" aria-label="Cell ${index + 1}">
        ${cell.source.trim() !== '' && html`<pre class="code"><code>${highlight(cell.source, language)}</code></pre>`}
        ${cell.outputs.map((output, i): Content => outputHtml(output, `output-${index}-${i}`, sanitise))}
      </section>`;
  }
}
