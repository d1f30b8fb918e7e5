import { inspect } from 'node:util';
import type { Failure } from '../protocol/failure';
import { sourceLine } from './source-line';

/** A cell that the kernel has run: its TypeScript, and its JavaScript once compiled. */
export interface CompiledCell {
  readonly source: string;
  emitted: string;
}

/** Characters of a message that are kept: some libraries put whole files into theirs. */
const LONGEST = 10_000;

/** Frames of libraries that are shown. */
const LIBRARY_FRAMES = 3;

const FRAME = /\bcell-(\d+):(\d+):\d+/;

/** Where frame `line` of a stack points to in the cells' sources, if it points into one. */
function located(frame: string, cells: readonly CompiledCell[]): { cell: number; line: number } | null {
  const match = FRAME.exec(frame);
  const cell = match && cells[Number(match[1]) - 1];
  const line = match && cell ? sourceLine(cell.source, cell.emitted, Number(match[2])) : null;
  return match && line !== null ? { cell: Number(match[1]), line } : null;
}

/** Frames of the kernel and of Node below the cell say nothing about the notebook. */
const isPlumbing = (frame: string): boolean => /node_modules[\\/]tslab[\\/]|notebook[\\/]dist[\\/]kernel[\\/]|\bnode:/.test(frame);

/** How tslab and Node say that a cell was interrupted. */
const isInterruption = (error: Error | null): boolean =>
  error?.name === 'Interrupted' ||
  error?.message === 'Interrupted asynchronously' ||
  (error as NodeJS.ErrnoException | null)?.code === 'ERR_SCRIPT_EXECUTION_INTERRUPTED';

/** Our own words for an interruption say what was interrupted; tslab's and Node's do not. */
function interruptionMessage({ message }: Error): string {
  return message.startsWith('interrupted') ? message : 'interrupted';
}

/** What a cell threw (or a promise was rejected with): stack frames in the notebook's own lines, then the first ones in libraries. */
export function describeThrown(thrown: unknown, kind: Failure['kind'], cells: readonly CompiledCell[]): Failure {
  const error = thrown instanceof Error ? thrown : null;
  const interrupted = isInterruption(error);
  const frames = (error?.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line) && !isPlumbing(line))
    .map((text) => ({ text, place: located(text, cells) }))
    // tslab's wrapper around a cell has no line in it.
    .filter(({ text, place }) => place !== null || !FRAME.test(text))
    // What the user can mend says where in the notebook, not where in a library.
    .filter(({ place }) => place !== null || (error?.name !== 'UserError' && !interrupted));
  const places = frames.flatMap((frame) => frame.place ?? []);
  // A running cell fails at its own line, even inside a function that an earlier cell defined.
  const place = places.find((one) => kind === 'exception' && one.cell === cells.length) ?? places[0];
  const lineOf = (at: { cell: number; line: number }): string => cells[at.cell - 1]?.source.split('\n')[at.line - 1]?.trim() ?? '';
  const name = interrupted ? 'Interrupted' : (error?.name ?? 'thrown value');
  const message = (error && interrupted ? interruptionMessage(error) : (error?.message ?? inspect(thrown))).slice(0, LONGEST);
  return {
    cell: place?.cell ?? cells.length,
    kind: interrupted ? 'interrupted' : kind,
    line: place?.line ?? null,
    text: place ? lineOf(place) : null,
    name,
    message,
    traceback: [
      `${name}: ${message}`,
      ...frames.flatMap(({ text, place: at }) =>
        at ? `${text.replace(FRAME, `cell [${at.cell}], line ${at.line}`)}\n        ${lineOf(at)}` : [],
      ),
      ...shortened(frames.flatMap(({ text, place: at }) => (at ? [] : text))),
    ],
  };
}

/** The frames of libraries that are nearest to the error: they come after the notebook's own lines, which the user can mend. */
function shortened(frames: readonly string[]): string[] {
  const more = frames.length - LIBRARY_FRAMES;
  return [...frames.slice(0, LIBRARY_FRAMES), ...(more > 0 ? [`    … ${more} more in libraries`] : [])];
}
