import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { everyMs } from './throttle';

/** One thing in several forms, by media type; Jupyter shows the richest that it can. JSON types as values, others as text (base64 for PNG). */
export type MimeBundle = Readonly<Record<string, unknown>>;

type Content = { data: MimeBundle; metadata: MimeBundle; transient: { display_id?: string } };
type Write = (content: Content, update: boolean) => void;

const TSLAB = 'tslab/dist/jupyter';
const load = createRequire(__filename);

/** Displays that are collected rather than sent, for what runs inside `captureDisplays`. */
const capturing = new AsyncLocalStorage<Write>();

/** In a plain script: the text of what is displayed goes to standard output. */
const print: Write = ({ data }) => console.log(String(data['text/plain'] ?? ''));

/** tslab's own `display` sends one media type per message; its writer below it sends bundles, so that Jupyter can choose. Null in a plain script. */
function notebookWriter(): Write | null {
  // A kernel has loaded tslab; a plain script need not, which would bring a compiler.
  if (load.cache[load.resolve(TSLAB)] === undefined) return null;
  return (load(TSLAB) as { lastWriteDisplayData: Write | null }).lastWriteDisplayData;
}

const writer = (): Write => capturing.getStore() ?? notebookWriter() ?? print;

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

/** Displays `data` below the running cell; in a plain script its text goes to standard output. */
export function publish(data: MimeBundle): void {
  writer()({ data, metadata: {}, transient: {} }, false);
}

/** A place below the running cell whose content can be replaced, also from later cells. */
export interface LiveDisplay {
  /** `last`: nothing is expected to follow. A plain script prints that, and of the others one every few seconds. */
  update(data: MimeBundle, last?: boolean): void;
}

const PRINT_MS = 5000;

/** Displays `first`, to be replaced in place (`update_display_data`). */
export function publishLive(first: MimeBundle): LiveDisplay {
  const transient = { display_id: randomBytes(8).toString('hex') };
  const due = everyMs(PRINT_MS);
  const write = (data: MimeBundle, update: boolean, last: boolean): void => {
    const to = writer();
    if (to !== print || last || due()) to({ data, metadata: {}, transient }, update);
  };
  write(first, false, false);
  return { update: (data, last = false) => write(data, true, last) };
}
