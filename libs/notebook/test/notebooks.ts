import { mkdtemp, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseNotebook, type CodeCell, type Notebook, type Output } from '@distillery/notebook';

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

/** What an output says without pictures. */
export function plain(output: Output | undefined): string {
  const display = output?.output_type === 'display_data' ? output.data : {};
  return String(display['text/plain']);
}

/** A temporary folder in which the repository's packages are found. */
export async function folderWithPackages(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'notebooks-'));
  await symlink(join(__dirname, '../../../node_modules'), join(folder, 'node_modules'));
  return folder;
}
