import { compileSeconds } from '@distillery/tensor';
import type { StepSeconds } from './timed-process';

/** In a child process that is warmed up: sends `ready`, the seconds it compiled and what else it has to say, then for every message it gets what one step took. */
export function answerSteps(step: () => Promise<void>, said: Readonly<Record<string, unknown>> = {}): void {
  const timed = async (): Promise<StepSeconds> => {
    const [begun, used] = [performance.now(), process.cpuUsage()];
    await step();
    const { user, system } = process.cpuUsage(used);
    return {
      clock: (performance.now() - begun) / 1000,
      processor: (user + system) / 1e6,
      peakBytes: process.resourceUsage().maxRSS * 1024,
    };
  };
  process.on('message', () => void timed().then((seconds) => process.send?.(seconds)));
  process.send?.({ ready: true, compileSeconds: compileSeconds(), ...said });
}
