import type { Exit } from '../client/kernel-process';
import type { Failure } from '../protocol/failure';

/** Why a run ended before its last cell. */
export interface Stop {
  readonly cell: number;
  readonly line: number | null;
  readonly text: string | null;
  /** What happened, on one line. */
  readonly what: string;
  readonly name: string;
  readonly message: string;
  readonly traceback: readonly string[];
}

const LONGEST = 300;

/** `text` on one line, at most `limit` characters of it. */
function oneLine(text: string, limit = LONGEST): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > limit ? `${line.slice(0, limit - 1)}…` : line;
}

function without(cell: number, name: string, message: string): Stop {
  return { cell, line: null, text: null, what: message, name, message, traceback: [message] };
}

export function stoppedBy(failure: Failure): Stop {
  const thrown = `${failure.name}: ${failure.message}`;
  const what = failure.kind === 'exception' ? thrown : `${failure.kind}: ${failure.kind === 'type error' ? failure.message : thrown}`;
  return { ...failure, what: oneLine(what) };
}

export function kernelDied(cell: number, exit: Exit): Stop {
  return without(cell, 'KernelDied', oneLine(`the kernel died (${exit.how}${exit.lastWords ? `: ${exit.lastWords}` : ''})`));
}

export function timedOut(cell: number, seconds: number): Stop {
  return without(cell, 'TimeoutError', `still running after ${seconds} s, the limit per cell`);
}

export function interrupted(cell: number): Stop {
  return without(cell, 'Interrupted', 'interrupted');
}

/** For a cell that tslab refused without saying why. */
export function refused(cell: number): Stop {
  return without(cell, 'ExecutionError', 'the kernel answered with an error');
}

/** `cell [4], line 3 (const x = y): ReferenceError: y is not defined` */
export function stopLine(stop: Stop): string {
  if (stop.cell === 0) return stop.what;
  const line = stop.line === null ? '' : `, line ${stop.line}${stop.text ? ` (${oneLine(stop.text, 80)})` : ''}`;
  return `cell [${stop.cell}]${line}: ${stop.what}`;
}
