import { readFileSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Connection } from '../protocol/connection';
import { bindChannels, type Channels } from './channels';
import { createExecution } from './execution';
import { answerQuestion } from './questions';
import { offerOwnPackages } from './packages';
import { createQueue } from './queue';
import { shutDown } from './shutdown';
import { showTensorsAsText } from './tensor-text';

/** The kernel itself: loaded by `main`, it reads the connection file and serves until it is told to end. */
const [connectionFile = '', once] = process.argv.slice(2);
const connection = JSON.parse(readFileSync(connectionFile, 'utf8')) as Connection;
if (once === '--once') unlinkSync(connectionFile);

// A cell that never yields cannot notice that its frontend is gone; a thread can.
new Worker(join(__dirname, 'orphan-watch.js'), { workerData: process.ppid }).unref();
offerOwnPackages(process.cwd());
showTensorsAsText();
// The line of a cell stands below the frames of the libraries that it calls.
Error.stackTraceLimit = 50;

let channels: Channels | undefined;
const open = (): Channels => {
  if (!channels) throw new Error('the sockets are not bound yet');
  return channels;
};
const execution = createExecution(open);
const queue = createQueue(open, execution);

process.on('unhandledRejection', (reason) => execution.onStray(reason, 'unhandled rejection'));
process.on('uncaughtException', (error) => execution.onStray(error, 'uncaught exception'));
process.on('SIGINT', () => execution.interrupt());

function onControl(request: Parameters<typeof queue.add>[0]): void {
  const { msg_type: type } = request.header;
  if (type === 'shutdown_request') void shutDown(request, open());
  else if (type === 'interrupt_request') {
    execution.interrupt();
    request.reply('interrupt_reply', { status: 'ok' });
  } else answerQuestion(request, execution);
}

bindChannels(connection, queue.add, onControl).then(
  (bound) => {
    channels = bound;
    channels.publish('status', {}, { execution_state: 'starting' });
  },
  (error: unknown) => {
    // A port was taken in the meantime. Whoever started the kernel tries again.
    console.error(error);
    process.exit(1);
  },
);
