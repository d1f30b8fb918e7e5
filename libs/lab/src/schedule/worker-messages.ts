import type { PapersModule } from '../experiment/load-papers';
import type { RunProgress } from '../perform/progress';
import type { RunSpec } from '../experiment/recipe';

/** What a worker process is told when it starts, as JSON on its command line. */
export interface WorkerSetup {
  readonly dataDir: string | null;
  readonly runsDir: string;
  readonly papersModules: readonly PapersModule[];
}

/** One run to perform. The worker answers with progress, then with `done` or `failed`. */
export interface WorkerRequest {
  readonly spec: RunSpec;
  /** Make it again even if it is finished. */
  readonly fresh: boolean;
}

export type WorkerReply =
  | { readonly kind: 'progress'; readonly progress: RunProgress }
  | { readonly kind: 'done'; readonly folder: string; readonly skipped: boolean }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** Why a run failed. */
export interface Failure {
  /** One line. */
  readonly message: string;
  /** For mistakes in the code, not the user's. */
  readonly stack: string | null;
}
