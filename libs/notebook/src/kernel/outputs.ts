import { createRequire } from 'node:module';
import type { Header } from '../protocol/messages';
import type { Channels } from './channels';

// As a module to write to, which an import is not.
const load = createRequire(__filename);

/**
 * From now on what is printed and displayed appears below the cell that the request `header` runs, also what is printed after the cell has ended. `display`
 * of `tslab` and the helpers of this library find their way out where tslab's own kernel leaves it.
 */
export function showOutputsOf(header: Header, channels: Channels): void {
  const decoder = new TextDecoder();
  for (const name of ['stdout', 'stderr'] as const) {
    process[name].write = (chunk: string | Uint8Array): boolean => {
      channels.publish('stream', header, { name, text: typeof chunk === 'string' ? chunk : decoder.decode(chunk) });
      return true;
    };
  }
  // A new one for each execution, which tells them apart.
  (load('tslab/dist/jupyter') as { lastWriteDisplayData: unknown }).lastWriteDisplayData = (
    content: Record<string, unknown>,
    update: boolean,
  ) => channels.publish(update ? 'update_display_data' : 'display_data', header, content);
}
