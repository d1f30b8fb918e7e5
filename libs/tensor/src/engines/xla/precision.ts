import { UserError } from '../../user-error';
import type { Precision } from '../../xla/lower/hlo-builder';

const PRECISIONS: readonly Precision[] = ['float32', 'tf32'];

/** How convolutions and matrix products are multiplied: the environment's DISTILLERY_PRECISION, else float32. Part of the engine's version. Throws UserError for another. */
export function precision(): Precision {
  const name = process.env['DISTILLERY_PRECISION'] || 'float32';
  const known = PRECISIONS.find((each) => each === name);
  if (!known) throw new UserError(`precision '${name}': expected ${PRECISIONS.join(' or ')}`);
  return known;
}
