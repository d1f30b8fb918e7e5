import type { Compiler } from '../compile/compiler';
import type { Precision } from '../precision';

/** What an engine brings. One file per engine beside this one. */
export interface EngineDriver {
  /** The name under which tfjs registers the backend. */
  readonly backend: string;
  /**
   * Versions of the packages that run the maths, and nothing of this machine: part of a run's identity. Throws UserError, saying how to install one, where it is
   * missing.
   */
  version(): string;
  /** Absent: float32. */
  precision?(): Precision;
  /** The card, or the kind of device; absent or null: the machine's processor. */
  device?(): string | null;
  /** What compiled functions run with; absent: this engine compiles nothing. */
  readonly compiler?: Compiler;
  /** Throws UserError if the machine lacks what the engine needs, beyond the package. May take seconds. */
  probe?(): Promise<void>;
  /** Starts the backend, makes it tfjs' current one and registers what it lacks. Repeatable. */
  start(kernels: KernelSet): Promise<void>;
}

/**
 * `own`: with this library's kernels. `stock`: the backend's own kernels and, where one is missing, the plain loop that a user of
 * tfjs would have to write; exists for benchmarks only.
 */
export type KernelSet = 'own' | 'stock';
