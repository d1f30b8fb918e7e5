/**
 * What long work of this process obeys where nobody gave it a signal of its own: in a notebook, Jupyter's interrupt. It stands on `globalThis`, so that the
 * kernel and a cell mean the same one whichever copies of this library they loaded.
 */
interface Interruption {
  signal: AbortSignal;
  onConsumed?: () => void;
  /** How many pieces of work are under way that will notice. */
  obeying: number;
}

const KEY = Symbol.for('distillery.interruption');

function current(): Interruption | undefined {
  return (globalThis as { [KEY]?: Interruption })[KEY];
}

/** Work was stopped because the user asked for it. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  constructor(message = 'interrupted') {
    super(message);
  }
}

/** The signal that work obeys by default from now on. `onConsumed` is called by work that an interrupt has ended early; what it throws, that work throws. */
export function setInterruptSignal(signal: AbortSignal, onConsumed?: () => void): void {
  const place = globalThis as { [KEY]?: Interruption };
  place[KEY] = { signal, onConsumed, obeying: place[KEY]?.obeying ?? 0 };
}

/**
 * Said by work that is about to return what it has reached because `signal` is aborted: it was what the user interrupted, and what comes after it need not stop too.
 * Does nothing for a signal that is not aborted, or not the one that work obeys now. Throws Interrupted where more than this work is to stop.
 */
export function consumeInterrupt(signal: AbortSignal | undefined): void {
  const interruption = current();
  if (signal?.aborted && interruption?.signal === signal) interruption.onConsumed?.();
}

/** The signal that work obeys by default; undefined where nothing can interrupt, as in a script. */
export function interruptSignal(): AbortSignal | undefined {
  return current()?.signal;
}

/** Throws Interrupted once the user has interrupted; to be called between the pieces of long work. */
export function throwIfInterrupted(): void {
  if (interruptSignal()?.aborted) throw new Interrupted();
}

/** Lets what waits in the event loop happen, an interrupt among it; then as `throwIfInterrupted`. */
export async function breathe(): Promise<void> {
  // A browser has none, and nothing there interrupts.
  if (typeof setImmediate === 'function') await new Promise<void>((resolve) => setImmediate(resolve));
  throwIfInterrupted();
}

/** Runs work that looks at `interruptSignal` between its pieces: whoever interrupts waits for it. Throws Interrupted if it was interrupted before. */
export async function obeyInterrupt<T>(work: () => Promise<T>): Promise<T> {
  throwIfInterrupted();
  count(1);
  try {
    return await work();
  } finally {
    count(-1);
  }
}

function count(change: 1 | -1): void {
  const interruption = current();
  if (interruption) interruption.obeying += change;
}

/** Whether work is under way that will notice an interrupt by itself. */
export function isObeying(): boolean {
  return (current()?.obeying ?? 0) > 0;
}
