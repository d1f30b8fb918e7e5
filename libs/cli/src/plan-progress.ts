import type { Overall, ScheduleEvent } from '@distillery/lab';
import { SingleBar } from 'cli-progress';
import { visible, warn } from './output';
import { datasetNotes, describeProgress, stepThrottle } from './run-progress';

/** Shows how a plan goes, on stderr: a bar on a terminal, plain lines elsewhere. */
export interface PlanProgress {
  onEvent(event: ScheduleEvent): void;
  stop(): void;
}

export function planProgress(runs: number): PlanProgress {
  return process.stderr.isTTY ? bar(runs) : lines();
}

/** `3 min 20 s` */
export function duration(seconds: number): string {
  const s = Math.round(seconds);
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
}

const left = ({ secondsLeft }: Overall) => (secondsLeft === null ? 'time left unknown' : `about ${duration(secondsLeft)} left`);

/** A scheduled run's event in a line; null for those that another line covers. */
function describe(event: Exclude<ScheduleEvent, { kind: 'data' }>): string | null {
  if (event.kind === 'finished') return null;
  if (event.kind !== 'settled') return describeProgress(event);
  return `${event.id}: ${event.outcome === 'skipped' ? 'already finished' : event.outcome}${event.error === null ? '' : `: ${event.error}`}`;
}

function lines(): PlanProgress {
  const due = stepThrottle();
  const noteData = datasetNotes((line) => warn(line));
  return {
    onEvent(event) {
      if (event.kind === 'data') return noteData(event.notes);
      const text = describe(event);
      if (text === null || (event.kind !== 'settled' && !due(event))) return;
      const { settled, runs } = event.overall;
      process.stderr.write(`[${settled}/${runs}, ${left(event.overall)}] ${text}\n`);
    },
    stop: () => undefined,
  };
}

function bar(runs: number): PlanProgress {
  const single = new SingleBar({
    format: '{bar} {value}/{total} runs, {left} | {now}',
    barsize: 24,
    stream: process.stderr,
    hideCursor: true,
    stopOnComplete: false,
    linewrap: false,
  });
  single.start(runs, 0, { left: '', now: '' });
  // Lines that stay: the bar is drawn anew below them.
  const noteData = datasetNotes((line) => process.stderr.write(`\r\x1b[K${visible(line)}\n`));
  return {
    onEvent(event) {
      if (event.kind === 'data') return noteData(event.notes);
      if (event.kind === 'settled' && event.outcome === 'failed') process.stderr.write(`\n${event.id} failed: ${event.error}\n`);
      single.update(event.overall.settled, { left: left(event.overall), now: describe(event) ?? '' });
    },
    stop: () => single.stop(),
  };
}
