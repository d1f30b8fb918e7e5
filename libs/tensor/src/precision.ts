import { UserError } from './user-error';

/**
 * How convolutions and matrix products multiply: `float32`; `tf32`, whose factors keep 10 bits of mantissa; or `bf16`, where factors and results of convolutions and
 * their gradients keep 7, and matrix products are float32. Sums are float32, and so is everything else: parameters, moments, losses.
 */
export const PRECISIONS = ['float32', 'tf32', 'bf16'] as const;
export type Precision = (typeof PRECISIONS)[number];

/** What the environment's DISTILLERY_PRECISION asks of engines that have a choice; default: float32. Throws UserError for an unknown one. */
export function askedPrecision(): Precision {
  const name = process.env['DISTILLERY_PRECISION'] || 'float32';
  const known = PRECISIONS.find((each) => each === name);
  if (!known) throw new UserError(`precision '${name}': expected one of ${PRECISIONS.join(', ')}`);
  return known;
}
