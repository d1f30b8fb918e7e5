import { z } from 'zod';
import type { Failure } from '../kernel/failure';
import type { Message } from '../kernel/messages';
import type { Output } from './notebook-file';

const Stream = z.object({ name: z.enum(['stdout', 'stderr']), text: z.string() });
const Display = z.object({
  data: z.record(z.string(), z.unknown()),
  metadata: z.record(z.string(), z.unknown()),
  transient: z.object({ display_id: z.string().optional() }).optional(),
});

/** Outputs on display under an id, in whichever cell: a display may be updated from any later one. */
export type Displays = Map<string, Output[]>;

/** Adds what iopub message `message` shows to a cell's outputs, or updates the displays it names. */
export function addOutput(outputs: Output[], displays: Displays, message: Message): void {
  switch (message.header.msg_type) {
    case 'stream': {
      const { name, text } = Stream.parse(message.content);
      const last = outputs.at(-1);
      if (last?.output_type === 'stream' && last.name === name) last.text += text;
      else outputs.push({ output_type: 'stream', name, text });
      break;
    }
    case 'display_data': {
      const { data, metadata, transient } = Display.parse(message.content);
      const output: Output = { output_type: 'display_data', data, metadata };
      outputs.push(output);
      if (transient?.display_id !== undefined) displays.set(transient.display_id, [...(displays.get(transient.display_id) ?? []), output]);
      break;
    }
    case 'update_display_data': {
      const { data, metadata, transient } = Display.parse(message.content);
      for (const output of displays.get(transient?.display_id ?? '') ?? []) Object.assign(output, { data, metadata });
      break;
    }
    // tslab prints a cell's value to stdout and its failure comes as a report, so execute_result and error are never sent.
  }
}

/** A failure as the notebook keeps it. */
export function errorOutput(failure: Pick<Failure, 'name' | 'message' | 'traceback'>): Output {
  return { output_type: 'error', ename: failure.name, evalue: failure.message, traceback: [...failure.traceback] };
}
