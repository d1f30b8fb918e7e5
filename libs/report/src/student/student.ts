import type { RunResult } from '@distillery/lab';
import type { NetworkOptions } from '@distillery/models';

/** A run's network as a page carries it. */
export interface StudentWeights {
  readonly network: NetworkOptions;
  readonly scale: number;
  /** A safetensors file. */
  readonly bytes: Buffer;
}

/** An image that a reader can try a network on. */
export interface TrialImage {
  readonly name: string;
  readonly png: Buffer;
}

/** Where the report gets weights and images from; the results themselves hold none. */
export interface StudentSource {
  /** The network of a finished run; null where its weights are not at hand. */
  weightsOf(run: RunResult, network: string): Promise<StudentWeights | null>;
  readonly images: readonly TrialImage[];
}
