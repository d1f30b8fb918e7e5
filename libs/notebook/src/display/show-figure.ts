import { randomBytes } from 'node:crypto';
import { escapeHtml } from './html';
import { carriesPlotly, figureBundle, type PlotlyFigure } from './plotly';
import { publish } from './publish';

/**
 * Displays a Plotly figure that works without a network, in Jupyter and in HTML made from the notebook, in the light or dark colours of the page. The output of
 * each cell execution that shows figures carries Plotly once. The figure goes out as `application/vnd.plotly.v1+json` too.
 */
export function showFigure(figure: PlotlyFigure): void {
  const title = titleOf(figure.layout ?? {});
  const before = `${escapeHtml(title)}: trust this notebook to see the figure.`;
  publish(figureBundle(figure, { id: `figure-${randomBytes(6).toString('hex')}`, before, carries: carriesPlotly() }, title));
}

function titleOf(layout: Readonly<Record<string, unknown>>): string {
  const { title } = layout;
  if (typeof title === 'string') return title;
  const text = typeof title === 'object' && title !== null && 'text' in title ? title.text : undefined;
  return typeof text === 'string' ? text : 'Figure';
}
