import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { UserError } from '@distillery/tensor';

/** One thing in several forms, by media type; Jupyter shows the richest that it can. JSON types as values, others as text (base64 for PNG). */
export type MimeBundle = Readonly<Record<string, unknown>>;

type Write = (content: { data: MimeBundle; metadata: MimeBundle; transient: { display_id?: string } }, update: boolean) => void;

// Loaded on demand: it brings a TypeScript compiler, which whoever only runs notebooks does not need in this process.
const load = createRequire(__filename);

/** Displays that are collected rather than sent, for what runs inside `captureDisplays`. */
const capturing = new AsyncLocalStorage<Write>();

/** tslab's own `display` sends one media type per message; its writer below it sends bundles, so that Jupyter can choose. */
function writer(): Write {
  const captured = capturing.getStore();
  if (captured) return captured;
  const { lastWriteDisplayData } = load('tslab/dist/jupyter') as { lastWriteDisplayData: Write | null };
  if (lastWriteDisplayData === null) throw new UserError('nothing to display on: expected to run in a notebook on the tslab kernel');
  return lastWriteDisplayData;
}

/** What identifies the execution of the running cell: tslab makes a new writer for each. */
export function currentExecution(): object {
  return writer();
}

/** What the helpers display while `work` runs, as it is at its end; nothing of it appears below the cell. */
export async function captureDisplays(work: () => Promise<void>): Promise<MimeBundle[]> {
  const shown: { data: MimeBundle; id: string | undefined }[] = [];
  await capturing.run(({ data, transient: { display_id: id } }, update) => {
    if (update) shown.filter((one) => one.id === id).forEach((one) => (one.data = data));
    else shown.push({ data, id });
  }, work);
  return shown.map(({ data }) => data);
}

/** Displays `data` below the running cell. Throws UserError outside a tslab notebook. */
export function publish(data: MimeBundle): void {
  writer()({ data, metadata: {}, transient: {} }, false);
}

/** A place below the running cell whose content can be replaced, also from later cells. */
export interface LiveDisplay {
  update(data: MimeBundle): void;
}

/** Displays `first`, to be replaced in place (`update_display_data`). Throws UserError outside a tslab notebook. */
export function publishLive(first: MimeBundle): LiveDisplay {
  const transient = { display_id: randomBytes(8).toString('hex') };
  writer()({ data: first, metadata: {}, transient }, false);
  return { update: (data) => writer()({ data, metadata: {}, transient }, true) };
}
