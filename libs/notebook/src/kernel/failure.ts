import { z } from 'zod';

/** A failure as the kernel process reports it: one JSON line on file descriptor 3. */
export const Failure = z.object({
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
export type Failure = z.infer<typeof Failure>;

/** File descriptor on which the kernel process reports failures. */
export const REPORT_FD = 3;
