import { median } from './median';
import type { StepSeconds, TimedProcess } from './timed-process';

/** Someone who is timed, and how to start the process; null where what it needs is not installed. */
export interface Contestant {
  readonly name: string;
  start(): Promise<TimedProcess | null>;
}

/** Medians over the rounds. */
export interface Timing {
  readonly name: string;
  /** null if it is not installed here. */
  readonly measured: {
    readonly clockMs: number;
    readonly processorMs: number;
    readonly peakBytes: number;
    readonly said: TimedProcess['said'];
  } | null;
}

/** Times the contestants in turns, `rounds` times, so that a neighbour's load on a shared machine falls on all of them. */
export async function takeTurns(contestants: readonly Contestant[], rounds: number): Promise<Timing[]> {
  const started: { name: string; process: TimedProcess | null; seconds: StepSeconds[] }[] = [];
  for (const { name, start } of contestants) started.push({ name, process: await start(), seconds: [] });
  for (let round = 0; round < rounds; round++) {
    for (const { process, seconds } of started) if (process) seconds.push(await process.time());
  }
  for (const { process } of started) process?.stop();
  return started.map(({ name, process, seconds }) => {
    const of = (key: keyof StepSeconds) => median(seconds.map((step) => step[key]));
    const measured = process && {
      clockMs: 1000 * of('clock'),
      processorMs: 1000 * of('processor'),
      peakBytes: of('peakBytes'),
      said: process.said,
    };
    return { name, measured };
  });
}
