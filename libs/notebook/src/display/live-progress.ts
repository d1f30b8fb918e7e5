import { escapeHtml } from './html';
import { publishLive, type MimeBundle } from './publish';
import { everyMs } from './throttle';

export type ProgressNote = Readonly<Record<string, number | string>>;

export interface LiveProgress {
  /** `done` of the total are done; `note` is shown beside it, numbers to four significant digits. */
  step(done: number, note?: ProgressNote): void;
  /** It ends before the last step; `why` is shown in place of the time left. */
  stop(why: string): void;
}

const REDRAW_MS = 250;

/** `38 ms`, `4.2 s`, `3 min 20 s`, `2 h 05 min`. */
export function duration(seconds: number): string {
  if (seconds < 1) return `${(seconds * 1000).toFixed(0)} ms`;
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(Math.floor(seconds % 60)).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/**
 * A progress bar below the running cell with the mean time per `unit` and an estimate of the time left, replaced in place at most
 * four times a second; the last of `total` steps is always shown. `before` of them are done already, and take no time: the estimate is of the others.
 */
export function liveProgress(total: number, label = '', unit = 'step', before = 0): LiveProgress {
  const begin = performance.now();
  const due = everyMs(REDRAW_MS);
  let last: [done: number, note: ProgressNote] = [before, {}];
  const render = (end?: string): MimeBundle => {
    const [done, note] = last;
    const seconds = (performance.now() - begin) / 1000;
    const each = seconds / (done - before);
    const time =
      done === before
        ? []
        : [
            `${duration(each)} per ${unit}`,
            end ?? (done >= total ? `took ${duration(seconds)}` : `${duration(each * (total - done))} left`),
          ];
    const notes = Object.entries(note).map(([name, value]) => `${name} ${typeof value === 'number' ? value.toPrecision(4) : value}`);
    const kept = before === 0 ? [] : [`${before} finished before`];
    const text = [`${done}/${total}`, ...kept, ...time, ...notes].join(' · ');
    return {
      'text/html': `<div>${escapeHtml(label)} <progress value="${done}" max="${total}"></progress> <code>${escapeHtml(text)}</code></div>`,
      'text/plain': `${label} ${text}`.trim(),
    };
  };
  const display = publishLive(render());
  return {
    step(done, note = {}) {
      last = [done, note];
      if (due() || done >= total) display.update(render(), done >= total);
    },
    stop: (why) => display.update(render(why), true),
  };
}
