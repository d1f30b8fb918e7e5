/** Attributes of a convolution and of its two gradients. */
export interface ConvAttrs {
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Zeros around the image: top, left, bottom, right. */
  readonly pads: readonly number[];
  readonly groups: number;
  /** Applied to the sum of convolution, bias and residual. */
  readonly activation?: string;
}
