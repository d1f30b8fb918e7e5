import { basename, dirname, join, relative, resolve } from 'node:path';
import { requireWritable, writeFileAtomic } from '@distillery/data';
import type { Tier } from '@distillery/lab';
import { UserError } from '@distillery/tensor';
import { PARAMETERS_VARIABLE } from '../parameters/parameters';
import { executeNotebook, hasTag, type ExecuteOptions } from './execute';
import { NotebookError } from './notebook-error';
import { formatNotebook, readNotebook, type Notebook } from './notebook-file';

export interface RunNotebookOptions extends Pick<ExecuteOptions, 'timeoutPerCell' | 'onCell'> {
  /** Where the executed copy goes, under the notebook's own name; made if missing. Not the notebook's folder. */
  readonly outDir: string;
  /** The notebook reads it from `DISTILLERY_TIER`. Default: what the notebook says itself. */
  readonly tier?: Tier | undefined;
  /** Values of the notebook's parameters, as text. */
  readonly set?: Readonly<Record<string, string>>;
  /** The data folder, for `DISTILLERY_DATA`; null: the notebook uses procedural images. */
  readonly dataDir: string | null;
}

export interface ExecutedNotebook {
  /** The executed copy. */
  readonly path: string;
  readonly notebook: Notebook;
}

/**
 * Executes the notebook at `path` in its own folder and writes the executed copy. Ctrl-C (SIGINT, SIGTERM) stops it.
 * Throws NotebookError, one line that names file, cell, source line and reason, once the copy as far as it ran is written;
 * UserError if `path` is no notebook of ours, has no parameters to set, or `outDir` cannot be written.
 */
export async function runNotebookFile(path: string, options: RunNotebookOptions): Promise<ExecutedNotebook> {
  const { tier, dataDir, set = {}, timeoutPerCell, onCell } = options;
  const notebook = await readNotebook(path);
  const [first] = Object.keys(set);
  if (first !== undefined && !notebook.cells.some((cell) => cell.cell_type === 'code' && hasTag(cell, 'parameters')))
    throw new UserError(`${path}: no parameter '${first}', expected a cell tagged 'parameters' that calls parameters({ ... })`);
  const copy = await copyPath(path, options.outDir);
  const env = {
    ...(tier !== undefined && { DISTILLERY_TIER: tier }),
    ...(dataDir !== null && { DISTILLERY_DATA: resolve(dataDir) }),
    [PARAMETERS_VARIABLE]: JSON.stringify(set),
  };
  const interrupt = new AbortController();
  const abort = (): void => interrupt.abort();
  process.on('SIGINT', abort).on('SIGTERM', abort);
  try {
    const limits = { ...(timeoutPerCell === undefined ? {} : { timeoutPerCell }), ...(onCell ? { onCell } : {}) };
    const executed = await executeNotebook(notebook, { cwd: dirname(resolve(path)), env, signal: interrupt.signal, ...limits });
    await writeFileAtomic(copy, formatNotebook(executed));
    return { path: copy, notebook: executed };
  } catch (error) {
    if (!(error instanceof NotebookError)) throw error;
    await writeFileAtomic(copy, formatNotebook(error.notebook));
    throw new NotebookError(`${basename(path)}, ${error.message} (as far as it ran: ${relative('', copy)})`, error.notebook, error.cell);
  } finally {
    process.off('SIGINT', abort).off('SIGTERM', abort);
  }
}

/** Where the executed copy of `path` goes. Checked before the run, which may take hours. */
async function copyPath(path: string, outDir: string): Promise<string> {
  const copy = join(resolve(outDir), basename(path));
  if (copy === resolve(path)) throw new UserError(`${outDir}: the executed copy would overwrite ${path}; expected another folder`);
  await requireWritable(outDir);
  return copy;
}
