import { parseNotebook, type CodeCell, type Notebook } from '@distillery/notebook';

/** A tslab notebook with these code cells. */
export function notebookOf(...sources: string[]): Notebook {
  const cells = sources.map((source) => ({ cell_type: 'code', metadata: {}, source, outputs: [], execution_count: null }));
  return parseNotebook(JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells }), 'test.ipynb');
}

export function codeCells(notebook: Notebook): CodeCell[] {
  return notebook.cells.filter((cell): cell is CodeCell => cell.cell_type === 'code');
}

/** All that cell `index` (from 0) printed to stdout. */
export function printed(notebook: Notebook, index: number): string {
  const outputs = codeCells(notebook)[index]?.outputs ?? [];
  return outputs.map((output) => (output.output_type === 'stream' && output.name === 'stdout' ? output.text : '')).join('');
}
