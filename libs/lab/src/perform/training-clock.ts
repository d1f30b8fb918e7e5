import { activeCompiler, compileSeconds } from '@distillery/tensor';
import type { Timing } from '../store/run-files';

type Seconds = Pick<Timing, 'trainSeconds' | 'compileSeconds'>;

/** What the clock says of a run's training, on top of what it said before: compiling apart, and neither validation nor checkpoints. */
export function trainingClock(before: Timing) {
  let trained = before.trainSeconds;
  let at = now();
  const began = compileSeconds();
  return {
    /** Does what is no training; what it compiles counts as compiling. */
    async besideTraining<T>(work: () => Promise<T>): Promise<T> {
      trained += now() - at;
      try {
        return await work();
      } finally {
        at = now();
      }
    },
    /** The seconds so far. Training counts again from `goOn`. */
    read(): Seconds {
      trained += now() - at;
      at = now();
      return { trainSeconds: trained, ...withCompiling({ compileSeconds: before.compileSeconds }, began) };
    },
    goOn: () => void (at = now()),
  };
}

/** Seconds by the clock in which nothing was compiled. */
function now(): number {
  return performance.now() / 1000 - compileSeconds();
}

/** The same with what has been compiled since `compileSeconds()` was `began`, on an engine that compiles. */
export function withCompiling<T extends Pick<Timing, 'compileSeconds'>>(before: T, began: number): T {
  if (activeCompiler() === null) return before;
  return { ...before, compileSeconds: (before.compileSeconds ?? 0) + compileSeconds() - began };
}
