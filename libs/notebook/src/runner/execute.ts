import { setTimeout as sleep } from 'node:timers/promises';
import { startKernel, type Kernel } from '../client/kernel';
import { KERNELSPEC } from '../protocol/kernel-name';
import { NotebookError } from './notebook-error';
import type { CodeCell, Notebook } from './notebook-file';
import { addOutput, errorOutput, type Displays } from './outputs';
import { interrupted, kernelDied, refused, stopLine, stoppedBy, timedOut, type Stop } from './stop';

/** A cell that is about to run. */
export interface CellProgress {
  /** Its execution count: 1 for the first code cell that is not empty. */
  readonly index: number;
  /** How many cells will run in all. */
  readonly cells: number;
  readonly source: string;
}

export interface ExecuteOptions {
  /** Folder in which the cells run, and from which packages are found. */
  readonly cwd: string;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Seconds that one cell may take; no limit if absent. */
  readonly timeoutPerCell?: number;
  readonly onCell?: (progress: CellProgress) => void;
  /** Aborting it (Ctrl-C) stops the run; the notebook as far as it ran is in the error. */
  readonly signal?: AbortSignal;
}

/** After the last cell: for how long work that no cell awaited may still fail the run. */
const GRACE_MS = 2000;
/** After a failure: how long to wait for outputs that are on their way. */
const LAST_OUTPUTS_MS = 1000;

/**
 * Runs all code cells of a notebook in order on a fresh kernel and returns the executed copy (nbformat 4.5; outputs of
 * earlier runs are dropped). A cell tagged `skip-execution` is left out, and one tagged `raises-exception` may fail. Throws NotebookError at the first type error, exception, stray rejection or uncaught exception,
 * when a cell exceeds its time, when the kernel dies, and when `signal` is aborted. No process is left behind.
 */
export async function executeNotebook(ipynb: Notebook, options: ExecuteOptions): Promise<Notebook> {
  const notebook = withoutOutputs(ipynb);
  const cells = notebook.cells.filter(
    (cell): cell is CodeCell => cell.cell_type === 'code' && cell.source.trim() !== '' && !hasTag(cell, 'skip-execution'),
  );
  let kernel: Kernel;
  try {
    kernel = await startKernel(options.cwd, { ...process.env, ...options.env }, options.signal);
  } catch (error) {
    throw new NotebookError(error instanceof Error ? error.message : String(error), notebook, 0);
  }
  notebook.metadata['language_info'] = kernel.languageInfo;
  let stop: Stop | null;
  try {
    stop = await runCells(kernel, cells, options);
  } finally {
    await kernel.kill();
  }
  if (stop === null) return notebook;
  cells[stop.cell - 1]?.outputs.push(errorOutput(stop));
  throw new NotebookError(stopLine(stop), notebook, stop.cell);
}

/** Whether a cell has one of the tags that say how it is to be run, as nbclient and papermill read them. */
export function hasTag(cell: CodeCell, tag: 'raises-exception' | 'skip-execution' | 'parameters'): boolean {
  const { tags } = cell.metadata;
  return Array.isArray(tags) && tags.includes(tag);
}

function withoutOutputs(notebook: Notebook): Notebook {
  const copy = structuredClone(notebook);
  for (const cell of copy.cells) if (cell.cell_type === 'code') Object.assign(cell, { outputs: [], execution_count: null });
  copy.metadata.kernelspec ??= { ...KERNELSPEC };
  return copy;
}

/** Runs `cells` and fills in their outputs. Null if all went well. */
async function runCells(kernel: Kernel, cells: readonly CodeCell[], options: ExecuteOptions): Promise<Stop | null> {
  const { signal, timeoutPerCell, onCell } = options;
  const displays: Displays = new Map();
  const cellOf = new Map<string, CodeCell>();
  kernel.onOutput((message) => {
    const cell = cellOf.get(message.parent.msg_id ?? '');
    if (cell) addOutput(cell.outputs, displays, message);
  });

  let running = 0;
  let ending = false;
  const stopped = new Promise<Stop>((resolve) => {
    kernel.onFailure((failure) => {
      const cell = cells[failure.cell - 1];
      const meant = cell !== undefined && hasTag(cell, 'raises-exception') && failure.kind !== 'uncaught exception';
      if (meant) cell.outputs.push(errorOutput(failure));
      else resolve(stoppedBy(failure));
    });
    signal?.addEventListener('abort', () => resolve(interrupted(running)), { once: true });
    void kernel.exit.then((exit) => {
      if (!ending) resolve(kernelDied(running, exit));
    });
  });

  const runCell = async (cell: CodeCell): Promise<Stop | null> => {
    cell.execution_count = running;
    const ok = await kernel.execute(cell.source, (id) => cellOf.set(id, cell));
    await kernel.settle();
    return ok || hasTag(cell, 'raises-exception') ? null : refused(running);
  };

  let stop: Stop | null = null;
  for (const cell of cells) {
    running++;
    onCell?.({ index: running, cells: cells.length, source: cell.source });
    const limit = timeoutPerCell === undefined ? [] : [sleep(timeoutPerCell * 1000, timedOut(running, timeoutPerCell), { ref: false })];
    stop = await Promise.race([stopped, runCell(cell), ...limit]);
    if (stop !== null) break;
  }
  ending = true;
  if (stop !== null) {
    await Promise.race([kernel.settle(), sleep(LAST_OUTPUTS_MS, undefined, { ref: false })]);
    return stop;
  }
  await kernel.shutdown(GRACE_MS);
  return Promise.race([stopped, Promise.resolve(null)]);
}
