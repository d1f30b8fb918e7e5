/** Worker thread of the kernel process: when its parent is gone, ends the kernel's process group. */
import { workerData } from 'node:worker_threads';

const parent = workerData as number;
setInterval(() => {
  if (process.ppid === parent) return;
  try {
    // A kernel mostly leads its own group, so this takes its children along.
    process.kill(-process.pid, 'SIGKILL');
  } catch {
    process.kill(process.pid, 'SIGKILL');
  }
}, 500);
