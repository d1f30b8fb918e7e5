import { UserError } from '@distillery/tensor';
import { SCALES, type Scale } from '../layers/upsampler';

/** Throws UserError naming the first of `counts` that is not an integer of at least `least`. */
export function checkCounts(model: string, counts: Readonly<Record<string, number>>, least = 1): void {
  for (const [name, value] of Object.entries(counts)) {
    if (!Number.isInteger(value) || value < least)
      throw new UserError(`${model} ${name} ${value}: expected an integer of at least ${least}`);
  }
}

/** Throws UserError for a scale that a model does not have. */
export function checkScale(model: string, scale: number, scales: readonly Scale[] = SCALES): void {
  if (!(scales as readonly number[]).includes(scale)) throw new UserError(`${model} scale ${scale}: expected ${scales.join(', ')}`);
}
