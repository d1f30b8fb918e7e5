import type { Tier } from '../experiment/recipe';

/** What one training step costs, measured in a process of its own, in turns with the others of its paper. */
export interface StepCost {
  readonly arm: string;
  readonly method: string;
  /** Median milliseconds of a step by the clock, after compiling and warming up. */
  readonly milliseconds: number;
  /** Largest resident memory of the process, in bytes: the runtime, the frozen networks and compiling included. */
  readonly peakBytes: number;
  /** Seconds from the start of compiling to the end of the first step. */
  readonly firstStepSeconds: number;
  /** Seconds of compiling alone; absent in measurements from before it was told apart. */
  readonly compileSeconds?: number | undefined;
  /** Why the engine ran the step operation by operation; null if it did not. */
  readonly fallback: string | null;
}

/** The cost of a paper's arms beside plain training of the same student. */
export interface PaperOverhead {
  readonly paper: string;
  /** The arm that the others are compared with. */
  readonly plain: string;
  readonly arms: readonly StepCost[];
}

/** `reports/results/overhead.json`: what `distillery bench methods --save` measured. */
export interface OverheadFile {
  readonly schema: 2;
  readonly engine: string;
  readonly engineVersion: string;
  /** Of a step: one for engines that compile nothing. */
  readonly threads: number;
  readonly tier: Tier;
  readonly rounds: number;
  readonly platform: string;
  readonly papers: readonly PaperOverhead[];
}
