/** A generator's complete state as JSON: restoring it continues the sequence exactly. */
export interface RngState {
  readonly words: readonly number[];
}

/** Seeded randomness. Same seed, same sequence, on every machine and engine. */
export interface Rng {
  /** Uniform in [0, 1), 53 bits. */
  uniform(): number;
  /** Uniform integer in 0..n-1. Throws RangeError unless n is a positive integer. */
  integer(n: number): number;
  /** Standard normal. */
  normal(): number;
  /** A shuffled copy. */
  shuffle<T>(items: readonly T[]): T[];
  /** An independent generator for `label`; does not advance this one. */
  split(label: string): Rng;
  state(): RngState;
}
