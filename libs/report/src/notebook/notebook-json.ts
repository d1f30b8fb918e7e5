import { UserError } from '@distillery/tensor';
import { z } from 'zod';

const text = z.union([z.string(), z.array(z.string()).transform((lines) => lines.join(''))]);
const bundle = z.record(z.string(), z.unknown());

const outputSchema = z.discriminatedUnion('output_type', [
  z.object({ output_type: z.literal('stream'), name: z.string(), text }),
  z.object({ output_type: z.enum(['display_data', 'execute_result']), data: bundle }),
  z.object({ output_type: z.literal('error'), ename: z.string(), evalue: z.string(), traceback: z.array(z.string()) }),
]);

const cellSchema = z.discriminatedUnion('cell_type', [
  z.object({ cell_type: z.literal('code'), source: text, outputs: z.array(outputSchema), execution_count: z.int().nullish() }),
  z.object({ cell_type: z.enum(['markdown', 'raw']), source: text }),
]);

const notebookSchema = z.object({
  nbformat: z.literal(4),
  metadata: z.object({
    language_info: z.object({ name: z.string() }).optional(),
    kernelspec: z.object({ language: z.string() }).partial().optional(),
  }),
  cells: z.array(cellSchema),
});

export type NotebookOutput = z.infer<typeof outputSchema>;
export type NotebookCell = z.infer<typeof cellSchema>;
export type NotebookJson = z.infer<typeof notebookSchema>;

/** What a page needs of a Jupyter notebook (nbformat 4), multi-line text joined. Throws `UserError` for anything else. */
export function notebookJson(json: unknown): NotebookJson {
  const parsed = notebookSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UserError(
    `not a Jupyter notebook: ${issue?.path.join('.') || 'top level'}: ${issue?.message ?? 'unexpected'}; expected nbformat 4`,
  );
}
