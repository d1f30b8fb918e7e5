import type { Notebook } from './notebook-file';

/** A notebook's run that failed. `message` is one line with the cell's number, the source line and what happened. */
export class NotebookError extends Error {
  override readonly name = 'NotebookError';
  constructor(
    message: string,
    /** The notebook as far as it ran, the failure among the outputs of its cell. */
    readonly notebook: Notebook,
    /** Execution count of the failing cell, as Jupyter prints it in brackets; 0 if none had been started. */
    readonly cell: number,
  ) {
    super(message);
  }
}
