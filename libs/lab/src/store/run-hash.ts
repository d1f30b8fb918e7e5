import type { Engine } from '@distillery/tensor';
import { hashJson } from '../json/canonical-json';
import type { MetricNetworkNames } from '../frozen/metric-networks';
import type { Json } from '../json/json';
import type { RunSpec } from '../experiment/recipe';

/**
 * Version of the code that the run hash cannot see: training loop, models, resampling, metrics. Raise it with any change that
 * alters results, so that runs made before are not taken for current ones. What alters one paper only is `Paper.version`.
 */
export const SCIENCE_VERSION = 2;

/**
 * Threads of a run, in training and evaluation alike. Sums are split among threads, so that another number would give other bytes (measured on `onnx`: steps
 * of FAKD and JDSR from 4 threads on, RCAN's output from 3 on). With one, runs side by side use a machine fully, and what a run gives does not depend on how many
 * there are.
 */
export const RUN_THREADS = 1;

/** Everything that can change a run's result. */
export interface RunIdentity extends MetricNetworkNames {
  readonly spec: RunSpec;
  /** Versions of the packages that run the maths, and how they multiply; nothing of the machine. */
  readonly engine: Pick<Engine, 'version' | 'precision'>;
  /** sha256 over the decoded images and names, by dataset name. */
  readonly datasetHashes: Readonly<Record<string, string>>;
  /** Which frozen network serves the loss; null if the method needs none. */
  readonly featureNetwork: string | null;
  /** `SCIENCE_VERSION` and the paper's own version. */
  readonly science: readonly [shared: number, paper: number];
  /** Hashes of the runs that this one starts from, by their names in its recipe. */
  readonly starts: Readonly<Record<string, string>>;
  /** Published weights that the method uses, with their digest; absent if none. */
  readonly published?: string;
}

/** sha256 of the canonical JSON of the identity, 64 hex digits. */
export function runHash(identity: RunIdentity): string {
  return hashJson(identity as unknown as Json);
}

/** How a hash is written in folder names and reports: its first 12 hex digits. */
export function shortHash(hash: string): string {
  return hash.slice(0, 12);
}
