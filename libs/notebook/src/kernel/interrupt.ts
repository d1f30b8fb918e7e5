import { Interrupted, isObeying, setInterruptSignal } from '@distillery/tensor';

/** How long a cell in which nothing listens to interrupts may go on after one. */
const UNHEARD_MS = 300;
/** How long work that listens may take to notice. */
const HEARD_MS = 30_000;
const POLL_MS = 20;

/** The kernel-wide signal that training, runs and evaluation obey, and what becomes of a cell that does not. */
export interface Interruption {
  /** Whether the running cell was interrupted. */
  readonly happened: boolean;
  /** Aborts the signal; if the cell is not over soon after, `abandon` ends it, whatever it still does. */
  interrupt(): void;
  /** Before a cell: its work obeys a fresh signal. */
  begin(): void;
  /** After a cell. */
  end(): void;
}

export function createInterruption(abandon: () => void): Interruption {
  let controller = new AbortController();
  setInterruptSignal(controller.signal);
  let running = false;
  let timer: NodeJS.Timeout | undefined;
  return {
    get happened() {
      return controller.signal.aborted;
    },
    interrupt() {
      const first = !controller.signal.aborted;
      controller.abort(new Interrupted());
      if (!running) return;
      // Asked a second time, it does not wait.
      if (!first) return abandon();
      const at = performance.now();
      let quietAt = at;
      timer = setInterval(() => {
        const now = performance.now();
        if (isObeying()) quietAt = now;
        if (now - quietAt > UNHEARD_MS || now - at > HEARD_MS) abandon();
      }, POLL_MS);
    },
    begin() {
      running = true;
      if (!controller.signal.aborted) return;
      controller = new AbortController();
      setInterruptSignal(controller.signal);
    },
    end() {
      running = false;
      clearInterval(timer);
    },
  };
}
