import type { Compiler } from '../compile/compiler';

/** What an engine brings. One file per engine beside this one. */
export interface EngineDriver {
  /** The name under which tfjs registers the backend. */
  readonly backend: string;
  /** Version of the package that runs the maths. Throws UserError, saying how to install it, where that package is missing. */
  version(): string;
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
