import { z } from 'zod';

/** A failure as the kernel process reports it: one JSON line on file descriptor 3. */
const FailureSchema = z.object({
  /** Execution count of the cell it belongs to; 0 before the first. */
  cell: z.int(),
  kind: z.enum(['type error', 'exception', 'unhandled rejection', 'uncaught exception']),
  /** Line in the cell's source, from 1, and its text; null where it cannot be told. */
  line: z.int().nullable(),
  text: z.string().nullable(),
  name: z.string(),
  message: z.string(),
  traceback: z.array(z.string()).readonly(),
});
export type Failure = z.infer<typeof FailureSchema>;

/** The failure on a line; null for what a cell may have written there itself. */
export function parseFailure(line: string): Failure | null {
  try {
    return FailureSchema.parse(JSON.parse(line));
  } catch {
    return null;
  }
}

/** File descriptor on which the kernel process reports failures. */
export const REPORT_FD = 3;
