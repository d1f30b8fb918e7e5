import { Interrupted, isObeying, setInterruptSignal } from '@distillery/tensor';

/** How long a cell in which nothing listens to interrupts may go on after one. */
const UNHEARD_MS = 300;
/** How long work that listens may take to notice. */
const HEARD_MS = 30_000;
const POLL_MS = 20;

/**
 * The kernel-wide signal that training, runs and evaluation obey, and what becomes of a cell that does not. A training that an interrupt ends returns what it has
 * reached, and the cell goes on under a fresh signal; a second interrupt ends the cell.
 */
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
  let controller: AbortController;
  let running = false;
  /** Interrupts since the cell began. */
  let asked = 0;
  let timer: NodeJS.Timeout | undefined;
  const renew = (): void => {
    clearInterval(timer);
    controller = new AbortController();
    setInterruptSignal(controller.signal, () => {
      // A second interrupt is for the whole cell.
      if (asked > 1) throw new Interrupted();
      renew();
    });
  };
  renew();
  return {
    get happened() {
      return asked > 0;
    },
    interrupt() {
      asked++;
      controller.abort(new Interrupted());
      if (!running) return;
      // Asked a second time, it does not wait.
      if (asked > 1) return abandon();
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
      asked = 0;
      if (controller.signal.aborted) renew();
    },
    end() {
      running = false;
      clearInterval(timer);
    },
  };
}
