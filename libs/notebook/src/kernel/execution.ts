import { setImmediate } from 'node:timers/promises';
import { createExecutor, type Executor } from 'tslab/dist/executor';
import type { Diagnostic } from 'tslab/dist/converter';
import { FAILURE_KEY, type Failure } from '../protocol/failure';
import type { Header } from '../protocol/messages';
import type { Channels, Request } from './channels';
import { createCompiler } from './compiler';
import { declaredNames } from './declared-names';
import { createInterruption } from './interrupt';
import { createKeptValues } from './kept-values';
import { showOutputsOf } from './outputs';
import { createStaleFunctions } from './stale-functions';
import { describeThrown, type CompiledCell } from './thrown';

/** How a cell ended. */
export interface Outcome {
  /** Whether the cells that wait are to run. */
  readonly goOn: boolean;
  /** Content of the `execute_reply`. */
  readonly reply: Readonly<Record<string, unknown>>;
}

/** Runs cells, one at a time. */
export interface Execution {
  /** Runs a cell. Its request is yet to be answered. */
  run(request: Request): Promise<Outcome>;
  /** What Ctrl-C, the signal and the message all mean. */
  interrupt(): void;
  /** Runs what a control of a page asked for: it obeys interrupts as a cell does. */
  interruptibly(work: () => Promise<void>): Promise<void>;
  /** Reports what no cell awaited. */
  onStray(thrown: unknown, kind: 'unhandled rejection' | 'uncaught exception'): void;
  /** Loads the compiler, unless it is. */
  warmUp(): void;
  readonly executor: Executor;
}

/** A cell with the header of the request that ran it, under which its outputs appear. */
interface Cell extends CompiledCell {
  readonly header: Header;
}

/** The compiler's codes for a name that does not exist. */
const UNKNOWN_NAME = /^Cannot find name '([^']+)'/;

export function createExecution(channels: () => Channels): Execution {
  const cells: Cell[] = [];
  /** What cells would have declared that failed, and why they did. */
  const lost = new Map<string, string>();
  /** What earlier cells left behind them to fail; one cell fails for it. */
  let strays: Failure[] = [];
  /** Failures of the running cell, each kind once: a loop could flood the page. */
  let own: Failure[] = [];
  let running = false;
  let warm = false;

  const publish = (failure: Failure, under: Cell | undefined): void => {
    const { name, message, traceback } = failure;
    channels().publish('error', under?.header ?? {}, { ename: name, evalue: message, traceback }, { [FAILURE_KEY]: failure });
  };
  const reported = new Set<string>();
  const fail = (failure: Failure): void => {
    const key = `${failure.cell} ${failure.kind}`;
    if (reported.has(key)) return;
    reported.add(key);
    const isOwn = running && failure.cell === cells.length;
    (isOwn ? own : strays).push(failure);
    publish(failure, cells[failure.cell - 1]);
  };

  const onDiagnostics = (diagnostics: readonly Diagnostic[]): void => {
    const [first] = diagnostics;
    if (!first) return;
    const lines = cells.at(-1)?.source.split('\n') ?? [];
    const said = diagnostics.map((one) => {
      const name = UNKNOWN_NAME.exec(one.messageText)?.[1];
      const why = name === undefined ? undefined : lost.get(name);
      return { ...one, messageText: why === undefined ? one.messageText : `'${name}' comes from ${why}` };
    });
    // What is missing at the end of a cell is reported on the line after it.
    const lineOf = (one: Diagnostic): number => Math.min(one.start.line + 1, lines.length);
    fail({
      cell: cells.length,
      kind: 'type error',
      line: lineOf(first),
      text: lines[lineOf(first) - 1]?.trim() ?? null,
      name: 'TypeScriptError',
      message: said[0]?.messageText ?? '',
      traceback: said.map(
        (one) =>
          `line ${one.start.line + 1}:${one.start.character + 1} - ${one.messageText}\n        ${lines[lineOf(one) - 1]?.trim() ?? ''}`,
      ),
    });
  };

  const kept = createKeptValues(() => executor.locals);
  const stale = createStaleFunctions();
  const compiler = createCompiler({
    onDiagnostics,
    declarations: (previous) => kept.declarations(previous),
    onOutput(emitted, before, after) {
      const cell = cells.at(-1);
      if (cell) cell.emitted = emitted;
      const { source = '' } = cell ?? {};
      for (const warning of stale.warnings(source)) process.stderr.write(`${warning}\n`);
      const runs = kept.begin({ emitted, names: declaredNames(source), before, after });
      // Stack frames then say which cell they are in.
      return `${runs}\n//# sourceURL=cell-${cells.length}`;
    },
  });
  const executor = createExecutor(
    process.cwd(),
    // Cells for a browser are compiled and never run by tslab; the same compiler serves.
    { node: compiler, browser: compiler, close: () => compiler.close() },
    {
      log: console.log,
      // tslab prints diagnostics as a format with arguments, and what a cell threw as the only argument.
      error: (thrown: unknown, ...rest: unknown[]) => {
        if (rest.length === 0) fail(describeThrown(thrown, 'exception', cells));
      },
    },
  );
  const interruption = createInterruption(() => executor.interrupt());

  /** Runs the newest cell; what went wrong is in `own`. */
  const runCell = async (source: string): Promise<void> => {
    const ok = await executor.execute(source).catch((error: unknown) => {
      // The compiler itself failed.
      fail(describeThrown(error, 'exception', cells));
      return false;
    });
    // Node looks for unhandled rejections between turns of the event loop; the answer waits until it has.
    await setImmediate();
    await setImmediate();
    const stray = strays[0];
    if (own.length === 0 && stray) fail(because(stray, cells.length, `${placeOf(stray)}: ${stray.name}: ${stray.message}`));
    strays = [];
    if (!ok && own.length === 0) fail({ ...because(undefined, cells.length, 'the cell failed'), name: 'ExecutionError' });
    const [failure] = own;
    const names = declaredNames(source);
    const ended = kept.end(ok);
    if (ended && ok) stale.ran(cells.length, source);
    const missing = ended ?? names;
    for (const name of names) {
      if (failure && missing.includes(name))
        lost.set(name, `cell [${cells.length}], which failed (${failure.name}: ${failure.message.split('\n')[0]})`);
      else lost.delete(name);
    }
  };

  return {
    executor,
    warmUp() {
      if (!warm && cells.length === 0) compiler.complete('', '', 0);
      warm = true;
    },
    interrupt: () => interruption.interrupt(),
    async run(request) {
      const { code, silent } = request.content as { code: string; silent?: boolean };
      interruption.begin();
      own = [];
      cells.push({ source: code, emitted: '', header: request.header });
      const count = cells.length;
      if (!silent) channels().publish('execute_input', request.header, { code, execution_count: count });
      showOutputsOf(request.header, channels());
      running = true;
      const [stray] = strays;
      if (stray) {
        fail(because(stray, count, `not run: ${placeOf(stray)}: ${stray.name}: ${stray.message}; run this cell again to go on`));
        strays = [];
      } else await runCell(code);
      running = false;
      interruption.end();
      const [failure] = own;
      if (!failure && interruption.happened) process.stderr.write('Interrupted: the cell ended with what had been reached.\n');
      const { name: ename, message: evalue, traceback } = failure ?? {};
      const answer = failure ? { status: 'error', ename, evalue, traceback } : { status: 'ok', payload: [], user_expressions: {} };
      return { goOn: !failure && !interruption.happened, reply: { ...answer, execution_count: count } };
    },
    async interruptibly(work) {
      interruption.begin();
      await work();
      interruption.end();
    },
    onStray(thrown, kind) {
      const failure = describeThrown(thrown, kind, cells);
      // Work that was interrupted and that nobody awaited.
      if (failure.kind !== 'interrupted') fail(failure);
    },
  };
}

const placeOf = ({ kind, cell, line }: Failure): string => `${kind} of cell [${cell}]${line === null ? '' : `, line ${line}`}`;

/** The failure of a cell that has done nothing wrong itself. */
function because(stray: Failure | undefined, cell: number, message: string): Failure {
  return {
    cell,
    kind: 'not run',
    line: null,
    text: null,
    name: stray?.name ?? 'Error',
    message,
    traceback: [message, ...(stray?.traceback.slice(1) ?? [])],
  };
}
