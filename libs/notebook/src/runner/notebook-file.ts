import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { UserError } from '@distillery/tensor';
import { z } from 'zod';
import { ACCEPTED_KERNELS } from '../protocol/kernel-name';

const Text = z.union([z.string(), z.array(z.string()).transform((lines) => lines.join(''))]);
const Json = z.record(z.string(), z.unknown());
/** A MIME bundle. Text may be stored as a list of lines; a list under a JSON type is what it is. */
const Bundle = Json.transform((bundle) =>
  Object.fromEntries(
    Object.entries(bundle).map(([type, value]) => [type, /[/+]json$/.test(type) ? value : (Text.safeParse(value).data ?? value)]),
  ),
);

/** An output of a code cell, nbformat 4. */
export const Output = z.discriminatedUnion('output_type', [
  z.looseObject({ output_type: z.literal('stream'), name: z.enum(['stdout', 'stderr']), text: Text }),
  z.looseObject({ output_type: z.literal('display_data'), data: Bundle, metadata: Json }),
  z.looseObject({ output_type: z.literal('execute_result'), data: Bundle, metadata: Json, execution_count: z.int().nullable() }),
  z.looseObject({ output_type: z.literal('error'), ename: z.string(), evalue: z.string(), traceback: z.array(z.string()) }),
]);
export type Output = z.infer<typeof Output>;

const id = z
  .string()
  .regex(/^[\w-]{1,64}$/)
  .optional();
const CodeCell = z.looseObject({
  cell_type: z.literal('code'),
  id,
  source: Text,
  metadata: Json,
  outputs: z.array(Output),
  execution_count: z.int().nullable(),
});
const ProseCell = z.looseObject({ cell_type: z.enum(['markdown', 'raw']), id, source: Text, metadata: Json });
const Cell = z.discriminatedUnion('cell_type', [CodeCell, ProseCell]);

const NotebookSchema = z.looseObject({
  nbformat: z.literal(4, { error: 'expected 4' }),
  nbformat_minor: z.int(),
  metadata: z.looseObject({ kernelspec: z.looseObject({ name: z.string() }).optional() }),
  cells: z.array(Cell),
});

export type CodeCell = z.infer<typeof CodeCell>;
export type Cell = z.infer<typeof Cell>;
/** A Jupyter notebook (nbformat 4): multi-line text joined into one string. */
export type Notebook = z.infer<typeof NotebookSchema>;

/** nbformat 4.5 wants an id for each cell; older files get one from place and text, so that the same file gives the same ids. */
function withId(cell: Cell, index: number): Cell {
  return cell.id === undefined ? { ...cell, id: createHash('sha256').update(`${index}:${cell.source}`).digest('hex').slice(0, 8) } : cell;
}

/**
 * The notebook in `text`, raised to nbformat 4.5. `name` stands for it in messages. Throws UserError if it is not JSON, not a
 * notebook of nbformat 4, or written for another kernel than ours or tslab.
 */
export function parseNotebook(text: string, name: string): Notebook {
  let json: unknown;
  try {
    // Editors on Windows begin a file with a byte order mark.
    json = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    throw new UserError(
      `${name}: not a notebook, broken JSON (${error instanceof Error ? error.message.replace(/\s+/g, ' ') : 'unreadable'})`,
    );
  }
  const parsed = NotebookSchema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new UserError(
      `${name}: not a notebook of nbformat 4 (${issue?.path.join('.') || 'top level'}: ${issue?.message ?? 'unexpected'})`,
    );
  }
  const kernel = parsed.data.metadata.kernelspec?.name;
  if (kernel !== undefined && !ACCEPTED_KERNELS.includes(kernel))
    throw new UserError(`${name}: written for kernel '${kernel}', expected ${ACCEPTED_KERNELS.map((one) => `'${one}'`).join(' or ')}`);
  return { ...parsed.data, nbformat_minor: Math.max(5, parsed.data.nbformat_minor), cells: parsed.data.cells.map(withId) };
}

/** Reads and checks the notebook at `path`. Throws UserError as `parseNotebook` does, and if it cannot be read. */
export async function readNotebook(path: string): Promise<Notebook> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError(
      `${path}: cannot be read (${code === 'ENOENT' ? 'no such file' : code === 'EISDIR' ? 'a folder, expected an .ipynb file' : code})`,
    );
  }
  return parseNotebook(text, path);
}

/** The notebook as nbformat writes it to a file: one space of indent, a newline at the end. */
export function formatNotebook(notebook: Notebook): string {
  return JSON.stringify(notebook, null, 1) + '\n';
}
