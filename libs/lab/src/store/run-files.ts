import type { Cost, Provenance, ResultsFile, RunResult } from './run-result';

// What stands in the files of a run's folder. Apart from their schemas, so that who uses the types need not load zod's.

/** Version of the form of all files of a run and of results files. A file of another version is refused. */
export const STORE_VERSION = 2;

/** `run.json`: what the run is, and the sessions that worked on it. */
export interface RunFile extends Pick<RunResult, 'schema' | 'hash' | 'spec'> {
  readonly sessions: readonly Provenance[];
}

type Latency = Pick<Cost, 'latencyMs' | 'latencyPasses'>;

/** `result.json`: what the inputs alone determine, so that the same inputs give the same bytes. */
export interface Outcome extends Pick<RunResult, 'schema' | 'hash' | 'evaluations' | 'curves' | 'validation' | 'crops'> {
  readonly costs: readonly Omit<Cost, keyof Latency>[];
  /** sha256 of the files that training left, by name. */
  readonly files: Readonly<Record<string, string>>;
}

/** `timing.json`: what the clock said, by network, and whether steps were compiled; differs from time to time. */
export interface Timing extends Pick<RunResult, 'schema' | 'trainSeconds' | 'compileSeconds' | 'uncompiled'> {
  readonly latencies: Readonly<Record<string, Latency>>;
}

/** One line of `metrics.jsonl`: the losses of a step. */
export interface MetricsLine {
  readonly step: number;
  readonly losses: Readonly<Record<string, number>>;
}

/** One line of `validation.jsonl`: how the networks stood on the validation set after a step, see `ValidationCurves`. */
export interface ValidationLine {
  readonly step: number;
  readonly psnr: Readonly<Record<string, number>>;
}

/** A results file as it is stored: each run carries the sha256 of its canonical JSON, so that files can be merged run by run. */
export interface StoredResults extends Omit<ResultsFile, 'runs'> {
  readonly runs: readonly { readonly digest: string; readonly [entry: string]: unknown }[];
}
