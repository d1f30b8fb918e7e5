/** Worker thread of the kernel process: when its parent is gone, ends the kernel's process group. */
import { workerData } from 'node:worker_threads';

const parent = workerData as number;
setInterval(() => {
  // The kernel leads its own group, so this takes its children along.
  if (process.ppid !== parent) process.kill(-process.pid, 'SIGKILL');
}, 500);
