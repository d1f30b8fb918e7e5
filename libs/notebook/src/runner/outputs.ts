import { z } from 'zod';
import type { Failure } from '../protocol/failure';
import type { Message } from '../protocol/messages';
import type { Output } from './notebook-file';

const Stream = z.object({ name: z.enum(['stdout', 'stderr']), text: z.string() });
const Display = z.object({
  data: z.record(z.string(), z.unknown()),
  metadata: z.record(z.string(), z.unknown()).default({}),
  transient: z.object({ display_id: z.string().optional() }).default({}),
});

/** Outputs on display under an id, in whichever cell: a display may be updated from any later one. */
export type Displays = Map<string, Output[]>;

/**
 * Adds what iopub message `message` shows to a cell's outputs, or updates the displays it names. tslab prints a cell's value to
 * stdout, and a failure comes as a report, so `execute_result` and `error` are never sent. Malformed content is left out.
 */
export function addOutput(outputs: Output[], displays: Displays, message: Message): void {
  const type = message.header.msg_type;
  if (type === 'stream') {
    const { data: stream } = Stream.safeParse(message.content);
    const last = outputs.at(-1);
    if (!stream) return;
    if (last?.output_type === 'stream' && last.name === stream.name) last.text += stream.text;
    else outputs.push({ output_type: 'stream', ...stream });
  } else if (type === 'display_data' || type === 'update_display_data') {
    const { data: display } = Display.safeParse(message.content);
    if (!display) return;
    const { data, metadata, transient } = display;
    const shown = displays.get(transient.display_id ?? '') ?? [];
    if (type === 'update_display_data') {
      for (const output of shown) Object.assign(output, { data, metadata });
      return;
    }
    const output: Output = { output_type: 'display_data', data, metadata };
    outputs.push(output);
    if (transient.display_id !== undefined) displays.set(transient.display_id, [...shown, output]);
  }
}

/** A failure as the notebook keeps it. */
export function errorOutput(failure: Pick<Failure, 'name' | 'message' | 'traceback'>): Output {
  return { output_type: 'error', ename: failure.name, evalue: failure.message, traceback: [...failure.traceback] };
}
