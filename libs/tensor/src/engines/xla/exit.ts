import type { PjrtClient } from '../../xla/pjrt/client';
import { koffi } from '../../xla/pjrt/native';

const clients: PjrtClient[] = [];

/** Plugins whose clients are still open when the process ends bring it down with a crash. */
export function closeAtExit(client: PjrtClient): void {
  if (clients.length === 0) {
    process.on('exit', (code) => {
      // A thread that is inside a plugin cannot be stopped: without its clean-up the process ends as it would have.
      if (clients.some((open) => open.plugin.isBusy)) koffi().load(null).func('void _exit(int)')(Number(process.exitCode ?? code));
      for (const open of clients) open.close();
    });
  }
  clients.push(client);
}
