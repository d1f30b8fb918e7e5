import type { Channels, Request } from './channels';

/** What a control of a page asks of the kernel, and the answer: both JSON. */
export type CommHandler = (data: unknown) => Promise<Readonly<Record<string, unknown>>>;

/** The frontend's name for what we talk about. */
const TARGET = 'distillery.control';

/** Jupyter's comms by id. They are opened by the kernel alone: a page that shows a control knows its id. */
const handlers = new Map<string, CommHandler>();

/** From now on a `comm_msg` to `id` is answered by what the handler makes of its data. */
export function openComm(id: string, handler: CommHandler): void {
  handlers.set(id, handler);
}

/** The content of a `comm_info_reply`. */
export function commsOpen(): Record<string, { target_name: string }> {
  return Object.fromEntries([...handlers.keys()].map((id) => [id, { target_name: TARGET }]));
}

/** The id under which Jupyter's server knows this kernel, from the name of its connection file; null where another program started it. */
export function kernelId(): string | null {
  return /(?:^|[\\/])kernel-([\w-]+)\.json$/.exec(process.argv[2] ?? '')?.[1] ?? null;
}

/** Hands a `comm_msg` to its handler and sends the answer to every frontend, on behalf of the request: whoever asked knows it by that. */
export async function receiveComm(request: Request, channels: Channels): Promise<void> {
  const { comm_id: id = '', data } = request.content as { comm_id?: string; data?: unknown };
  const handler = handlers.get(id);
  if (!handler) return;
  const answer = await handler(data).catch((error: unknown) => ({
    error: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
  }));
  channels.publish('comm_msg', request.header, { comm_id: id, data: answer });
}
