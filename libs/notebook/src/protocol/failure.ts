import { z } from 'zod';

/** What went wrong in a cell, as the metadata of an `error` message carry it. */
const FailureSchema = z.object({
  /** Execution count of the cell it belongs to; 0 before the first. */
  cell: z.int(),
  kind: z.enum(['type error', 'exception', 'unhandled rejection', 'uncaught exception', 'interrupted', 'not run']),
  /** Line in the cell's source, from 1, and its text; null where it cannot be told. */
  line: z.int().nullable(),
  text: z.string().nullable(),
  name: z.string(),
  message: z.string(),
  traceback: z.array(z.string()).readonly(),
});
export type Failure = z.infer<typeof FailureSchema>;

/** Where in the metadata of an `error` message the failure stands. */
export const FAILURE_KEY = 'distillery';

/** The failure in the metadata of an `error` message; null if another kernel sent it. */
export function failureIn(metadata: Readonly<Record<string, unknown>>): Failure | null {
  return FailureSchema.safeParse(metadata[FAILURE_KEY]).data ?? null;
}
