import { readFile } from 'node:fs/promises';
import { isFinished, runFiles, type RunProgress } from '@distillery/lab';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../fixtures/temporary-folder';
import { determinedFiles, performInProcess } from '../fixtures/tiny';

const finish = (events: readonly RunProgress[], arm: string): Extract<RunProgress, { kind: 'finished' }> =>
  events.find(
    (event): event is Extract<RunProgress, { kind: 'finished' }> => event.kind === 'finished' && event.id.includes(`/${arm}-`),
  ) as never;
const started = (events: readonly RunProgress[], arm: string) =>
  events.filter((event) => event.kind === 'started' && event.id.includes(`/${arm}-`));

describe('kill -9 in the middle of a run, then the same command again', () => {
  it('leaves the same final bytes as an uninterrupted run', { timeout: 300_000 }, async () => {
    const whole = await performInProcess('tuned', await temporaryFolder());
    const { folder } = finish(whole.events, 'tuned');
    const expected = await determinedFiles(folder);

    const runsDir = await temporaryFolder();
    // Before the first checkpoint (step 4), after it, on the last step before its checkpoint, and in the evaluation.
    for (const [killAt, fromStep] of [
      ['step 2', 0],
      ['step 6', 0],
      ['step 10', 4],
      ['evaluating', 8],
    ] as const) {
      const { signal, events } = await performInProcess('tuned', runsDir, killAt);
      expect(signal).toBe('SIGKILL');
      expect(started(events, 'tuned')).toMatchObject([{ fromStep, steps: 10 }]);
      expect(isFinished(folder.replace(/^.*(?=\/tiny\/)/, runsDir))).toBe(false);
    }
    const last = await performInProcess('tuned', runsDir);
    expect(started(last.events, 'tuned')).toMatchObject([{ fromStep: 10 }]);
    expect(started(last.events, 'start')).toEqual([]);

    const resumed = finish(last.events, 'tuned').folder;
    expect(await determinedFiles(resumed)).toEqual(expected);
    const { sessions } = JSON.parse(await readFile(runFiles(resumed).run, 'utf8')) as { sessions: unknown[] };
    // The first of the five left no checkpoint, so nothing of it is in the result.
    expect(sessions).toHaveLength(4);

    const again = await performInProcess('tuned', runsDir);
    expect(again.events).toEqual([expect.objectContaining({ kind: 'finished', skipped: true })]);
  });
});

describe('a process that is suspended in the middle of a run', () => {
  it('keeps it: another one waits, however often it looks, and finds the run made', { timeout: 300_000 }, async () => {
    const runsDir = await temporaryFolder();
    let other: ReturnType<typeof performInProcess> | undefined;
    const first = await performInProcess('start', runsDir, 'step 6', {
      signal: 'SIGSTOP',
      onEvent(event, pid) {
        if (event.kind !== 'step' || event.step !== 5) return;
        other = performInProcess('start', runsDir, '', {
          onEvent: ({ kind }) => void (kind === 'waiting' && setTimeout(() => process.kill(pid, 'SIGCONT'), 1500)),
        });
      },
    });
    const events = (await other)?.events ?? [];
    expect(events.map(({ kind }) => kind)).toEqual(['waiting', 'finished']);
    expect(finish(events, 'start').skipped).toBe(true);
    expect(finish(first.events, 'start').skipped).toBe(false);
  });
});

describe('two processes that need the same start', () => {
  it('train it once', { timeout: 300_000 }, async () => {
    const runsDir = await temporaryFolder();
    const both = await Promise.all([performInProcess('tuned', runsDir), performInProcess('tunedToo', runsDir)]);
    const events = both.flatMap((process) => process.events);
    expect(started(events, 'start')).toHaveLength(1);
    expect(finish(events, 'tuned').skipped).toBe(false);
    expect(finish(events, 'tuned-too').skipped).toBe(false);
    const { sessions } = JSON.parse(await readFile(runFiles(finish(events, 'start').folder).run, 'utf8')) as { sessions: unknown[] };
    expect(sessions).toHaveLength(1);
  });
});
