import { pageAssets, plotlySource } from '../assets';
import { html, type Content, type Html } from '../html';
import { pageHtml } from '../page';
import { highlight } from './highlight';
import { firstHeading, markdownHtml } from './markdown';
import { notebookJson, type NotebookCell } from './notebook-json';
import { isFigure, outputHtml } from './outputs';
import { createSanitiser, type Sanitiser } from './sanitise';

/**
 * An executed notebook (parsed JSON, nbformat 4) as one HTML document that needs no other file and no network: markdown with
 * mathematics, highlighted code, and outputs as text, images, sanitised HTML and Plotly figures. Scripts in outputs never run; a figure
 * is shown if its output carries `application/vnd.plotly.v1+json`. Throws `UserError` for what is not a notebook.
 */
export async function renderNotebook(json: unknown): Promise<string> {
  const notebook = notebookJson(json);
  const { language_info: language, kernelspec } = notebook.metadata;
  const sanitise = await createSanitiser();
  const name = language?.name ?? kernelspec?.language ?? 'typescript';
  const cells = notebook.cells.map((cell, index) => cellHtml(cell, index, name, sanitise));
  const titles = notebook.cells.flatMap((cell) => (cell.cell_type === 'markdown' ? [firstHeading(cell.source)] : []));
  const title = titles.find((heading) => heading !== null) ?? 'Notebook';
  const figures = notebook.cells.some((cell) => cell.cell_type === 'code' && cell.outputs.some(isFigure));
  const page = {
    title,
    description: `Executed notebook: ${title}`,
    trail: [{ title: 'Distillery' }, { title: 'Notebook' }],
    body: html`<article class="notebook">${cells}</article>`,
    footer: html`<p>An executed notebook, written by Distillery. Nothing on this page is loaded from a network.</p>`,
  };
  return pageHtml(page, await pageAssets(), { plotly: figures ? { inline: await plotlySource() } : 'none' });
}

function cellHtml(cell: NotebookCell, index: number, language: string, sanitise: Sanitiser): Html {
  switch (cell.cell_type) {
    case 'markdown':
      return html`<section class="markdown">${sanitise(markdownHtml(cell.source))}</section>`;
    case 'raw':
      return html`<pre class="wide">${cell.source}</pre>`;
    case 'code':
      return html`<section class="cell wide" aria-label="Cell ${index + 1}">
        ${cell.source.trim() !== '' && html`<pre class="code"><code>${highlight(cell.source, language)}</code></pre>`}
        ${cell.outputs.map((output, i): Content => outputHtml(output, `output-${index}-${i}`, sanitise))}
      </section>`;
  }
}
