/**
 * A term's weight where it is multiplied by `factor` and all weights are then divided so that the term of share `alpha` and its counterpart of 1 - alpha
 * have the sum 1 again: factor weight / (1 - alpha + factor alpha). Under Adam only the weights' ratios matter.
 */
export function reweigh(weight: number, alpha: number, factor: number): number {
  return (factor * weight) / (1 - alpha + factor * alpha);
}
