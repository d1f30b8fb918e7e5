/** What only a loaded TensorFlow tells. */
export interface TensorflowFacts {
  /** Its own version, `2.21.0`. */
  readonly tensorflow: string;
  /** False: it computes on the processor. */
  readonly usesCard: boolean;
}
