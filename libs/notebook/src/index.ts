export { executeNotebook, type CellProgress, type ExecuteOptions } from './runner/execute';
export { NotebookError } from './runner/notebook-error';
export { parseNotebook, readNotebook, type Cell, type CodeCell, type Notebook, type Output } from './runner/notebook-file';
export { runNotebookFile, type ExecutedNotebook, type RunNotebookOptions } from './runner/run-file';
export { livePlot, type LivePlot, type LivePlotOptions } from './display/live-plot';
export { liveProgress, type LiveProgress } from './display/live-progress';
export { showFigure, type PlotlyFigure } from './display/show-figure';
export { show, showImages, type ImageOptions } from './display/show-image';
export { showTable, type TableOptions, type TableRow } from './display/show-table';
