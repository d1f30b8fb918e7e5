import type { MetricId } from '@distillery/metrics';
import type { Precision } from '@distillery/tensor';
import type { RunSpec, Tier } from '../experiment/recipe';
import type { MetricNetworkNames } from '../frozen/metric-networks';

/**
 * An image's values by metric, finite (the PSNR of equal images is 100 dB). null: it could not be measured, for want of weights or because the image is too
 * small. Absent: the result is older than the metric.
 */
export type ImageScores = { readonly name: string } & { readonly [Id in MetricId]?: number | null };

/** A network's scores on one dataset under one protocol. */
export interface Evaluation {
  readonly network: string;
  readonly dataset: string;
  readonly scale: number;
  /** Name of the protocol in `@distillery/metrics`. */
  readonly protocol: string;
  readonly selfEnsemble: boolean;
  /** In dataset order. */
  readonly images: readonly ImageScores[];
}

/** What a deployed network costs. */
export interface Cost {
  readonly network: string;
  readonly parameters: number;
  /** Multiply-adds for one LR input of the shape below; of a network that sees HR, for the HR image of that LR input. */
  readonly multiplyAdds: number;
  readonly inputShape: readonly [height: number, width: number];
  /** Median wall-clock milliseconds of a forward pass of that input on the run's engine, and the number of passes. */
  readonly latencyMs: number;
  readonly latencyPasses: number;
}

/** Where a number comes from; the networks of metrics are absent in older results. */
export interface Provenance extends Partial<MetricNetworkNames> {
  readonly engine: string;
  readonly engineVersion: string;
  /** How the engine multiplied; absent: `float32`. */
  readonly precision?: Precision;
  readonly versions: Readonly<Record<string, string>>;
  readonly gitCommit: string | null;
  /** Whether the code (libs and lock file) differed from that commit. */
  readonly gitDirty: boolean | null;
  /** Other commits that trained a part of the run before it was interrupted and resumed. */
  readonly earlierCommits?: readonly string[];
  /** sha256 over the decoded images and names, by dataset name. */
  readonly datasetHashes: Readonly<Record<string, string>>;
  /** Which frozen feature network served the loss: `VGG19 (weights sha256 ...)`, `AlexNet (...)` or `random features, seed 0`. */
  readonly featureNetwork: string | null;
  readonly platform: string;
  readonly command: string;
  /** The directions that the run was going to be judged by when it began, by id, with their digests (see `claimDigest`). Absent: not noted. */
  readonly registered?: Readonly<Record<string, string>>;
}

/**
 * A small PNG for the report's image comparison. `zoom`: the most detailed square of an image, 64 HR pixels a side (LR pixels repeated to
 * that size), so that all pictures of an image have one size. `whole`: HR shrunk to a thumbnail, the square marked; only of `hr`.
 */
export interface Crop {
  readonly dataset: string;
  readonly image: string;
  /** `lr`, `bicubic`, `hr`, or a network's name. */
  readonly shows: string;
  readonly view: 'whole' | 'zoom';
  readonly pngBase64: string;
}

/**
 * How a run's networks did during training on a set that is neither trained nor tested on: PSNR in dB under the default protocol, single pass, averaged over
 * the square of `side` HR pixels in the middle of each image (`centreCrops`), to four decimals.
 */
export interface ValidationCurves {
  readonly set: string;
  readonly side: number;
  /** What MATLAB's bicubic enlargement reaches on the same crops. */
  readonly bicubic: number;
  /** `[step, psnr]` by network, of every network that the method deploys. */
  readonly networks: Readonly<Record<string, readonly (readonly [number, number])[]>>;
}

/** What a finished run leaves in `runs/<paper>/<arm>-x<scale>/<seed>-<hash>/`, see `readRun`. */
export interface RunResult {
  readonly schema: 2;
  /** sha256 of everything that can change the result, see `RunIdentity`. */
  readonly hash: string;
  readonly spec: RunSpec;
  readonly provenance: Provenance;
  readonly evaluations: readonly Evaluation[];
  readonly costs: readonly Cost[];
  /** Training losses by name, thinned to at most 200 points: `[step, value]`. */
  readonly curves: Readonly<Record<string, readonly (readonly [number, number])[]>>;
  /** Absent where the recipe names no validation set. */
  readonly validation?: ValidationCurves | undefined;
  readonly crops: readonly Crop[];
  /** Wall-clock seconds of training, without validation and evaluation, without steps lost to an interruption and, where that is given, without compiling. */
  readonly trainSeconds: number;
  /** Wall-clock seconds of compiling, for training and evaluation. Absent where the engine compiles nothing, and in runs from before it was told apart. */
  readonly compileSeconds?: number | undefined;
  /** Why the training step ran operation by operation on an engine that compiles; absent where it was compiled, or the engine compiles nothing. */
  readonly uncompiled?: string | undefined;
}

/** `reports/results/<tier>/<paper>.json`: everything a report page is built from. */
export interface ResultsFile {
  readonly schema: 2;
  readonly paper: string;
  readonly tier: Tier;
  readonly runs: readonly RunResult[];
}

/** The engine that made a run, by name and, where it is not float32, precision: numbers of two such are not averaged. */
export function engineOf({ spec, provenance: { precision = 'float32' } }: Pick<RunResult, 'spec' | 'provenance'>): string {
  return precision === 'float32' ? spec.engine : `${spec.engine} ${precision}`;
}
