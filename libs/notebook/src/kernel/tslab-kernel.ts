/**
 * The program of the kernel process: tslab's own kernel, assembled from its parts so that failures leave as data. tslab prints
 * a failing cell as text and carries on after a stray rejection; here the compiler's diagnostics, a cell's exception and
 * anything unhandled are written to file descriptor 3, one JSON line each.
 *
 * node tslab-kernel.js CONNECTION_FILE
 */
import { unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { createConverter, type Diagnostic } from 'tslab/dist/converter';
import { createExecutor } from 'tslab/dist/executor';
import { JupyterHandlerImpl, ZmqServer } from 'tslab/dist/jupyter';
import { Publisher, type Socket } from 'zeromq';
import { REPORT_FD, type Failure } from './failure';
import { describeThrown, type CompiledCell } from './thrown';

const cells: CompiledCell[] = [];

const reported = new Set<string>();

/** Reports the first failure of each kind of a cell. The runner mostly stops at the first of all, and a flood of others could fill the pipe and block. */
function report(failure: Failure): void {
  const key = `${failure.cell} ${failure.kind}`;
  if (!reported.has(key)) writeSync(REPORT_FD, JSON.stringify(failure) + '\n');
  reported.add(key);
}

function reportDiagnostics(diagnostics: readonly Diagnostic[]): void {
  const [first] = diagnostics;
  if (!first) return;
  const lines = cells.at(-1)?.source.split('\n') ?? [];
  // What is missing at the end of a cell is reported on the line after it.
  const line = Math.min(first.start.line + 1, lines.length);
  report({
    cell: cells.length,
    kind: 'type error',
    line,
    text: lines[line - 1]?.trim() ?? null,
    name: 'TypeScriptError',
    message: first.messageText,
    traceback: diagnostics.map((one) => `line ${one.start.line + 1}:${one.start.character + 1} - ${one.messageText}`),
  });
}

const converter = createConverter({ isJS: false, isBrowser: false });
const node = {
  ...converter,
  convert(previous: string, source: string) {
    const result = converter.convert(previous, source);
    reportDiagnostics(result.diagnostics);
    const cell = cells.at(-1);
    if (!cell || result.output === undefined) return result;
    cell.emitted = result.output;
    // Stack frames then say which cell they are in.
    return { ...result, output: `${result.output}\n//# sourceURL=cell-${cells.length}` };
  },
  addModule(...module: Parameters<typeof converter.addModule>) {
    const diagnostics = converter.addModule(...module);
    reportDiagnostics(diagnostics);
    return diagnostics;
  },
};

const executor = createExecutor(
  process.cwd(),
  // Cells for a browser are compiled and never run by tslab; the same compiler serves.
  { node, browser: node, close: () => converter.close() },
  {
    log: console.log,
    // tslab prints diagnostics as a format with arguments, and what a cell threw as the only argument.
    error: (thrown: unknown, ...rest: unknown[]) => {
      if (rest.length === 0) report(describeThrown(thrown, 'exception', cells));
    },
  },
);

const numbered = {
  ...executor,
  async execute(source: string) {
    cells.push({ source, emitted: '' });
    const ok = await executor.execute(source).catch((error: unknown) => {
      // The compiler itself failed.
      report(describeThrown(error, 'exception', cells));
      return false;
    });
    // Node looks for unhandled rejections between turns of the event loop; the answer waits until it has.
    await setImmediate();
    await setImmediate();
    return ok;
  },
};

process.on('unhandledRejection', (reason) => report(describeThrown(reason, 'unhandled rejection', cells)));
process.on('uncaughtException', (error) => report(describeThrown(error, 'uncaught exception', cells)));

// A cell that never yields cannot notice that its runner is gone; a thread can.
new Worker(join(__dirname, 'orphan-watch.js'), { workerData: process.ppid }).unref();

const connectionFile = process.argv[2] ?? '';
const server = new ZmqServer(new JupyterHandlerImpl(numbered, false), connectionFile);
const bindSocket = server['bindSocket'].bind(server);
server['bindSocket'] = (socket: Socket, port: number): Promise<void> => {
  if (socket instanceof Publisher) {
    // By default zeromq.js refuses more than 512 messages in one turn of the event loop and a publisher drops what exceeds
    // its queue of 1000; tslab looks at neither, and a loop that prints a lot would lose lines.
    socket.sendTimeout = 0;
    socket.sendHighWaterMark = 0;
  }
  return bindSocket(socket, port) as Promise<void>;
};
server.init().then(
  // It has been read, and nobody else will be here to remove it if the runner is killed.
  () => unlinkSync(connectionFile),
  (error: unknown) => {
    // A port was taken in the meantime. The runner tries again.
    console.error(error);
    process.exit(1);
  },
);
