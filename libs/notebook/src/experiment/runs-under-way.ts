import type { RunProgress } from '@distillery/lab';
import type { LiveProgress } from '../display/live-progress';

export interface RunsUnderWay {
  onProgress(event: RunProgress): void;
  /** One of the runs that are wanted has ended well. */
  onDone(): void;
}

/** Shows on a bar how many runs are done, and how far those are that are not, by arm; those that they start from are among these. */
export function runsUnderWay(bar: Pick<LiveProgress, 'step'>, before: number): RunsUnderWay {
  let done = before;
  const under = new Map<string, string>();
  return {
    onProgress(event) {
      const arm = String(event.id.split('/').at(-2));
      if (event.kind === 'finished') under.delete(arm);
      else if (event.kind === 'step') under.set(arm, `${Math.floor((100 * event.step) / event.steps)} %`);
      else if (event.kind === 'evaluating') under.set(arm, 'is evaluated');
      bar.step(done, Object.fromEntries(under));
    },
    onDone: () => bar.step(++done, Object.fromEntries(under)),
  };
}
