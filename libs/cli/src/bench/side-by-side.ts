import type { TimedProcess } from './timed-process';

/**
 * Copies of a process that all take their step at the same time, as the workers of `--jobs` do: the clock of the slowest, processor time and memory of all
 * together. null if one of them does not start.
 */
export async function sideBySide(copies: number, start: () => Promise<TimedProcess | null>): Promise<TimedProcess | null> {
  const processes: TimedProcess[] = [];
  for (let i = 0; i < copies; i++) {
    const process = await start();
    if (!process) return null;
    processes.push(process);
  }
  const [first] = processes as [TimedProcess];
  return {
    said: first.said,
    async time() {
      const steps = await Promise.all(processes.map((process) => process.time()));
      const total = (key: 'processor' | 'peakBytes') => steps.reduce((sum, step) => sum + step[key], 0);
      return { clock: Math.max(...steps.map(({ clock }) => clock)), processor: total('processor'), peakBytes: total('peakBytes') };
    },
    stop: () => processes.forEach((process) => process.stop()),
  };
}
