import { slice } from '@tensorflow/tfjs-core';
import { UserError, type Params } from '@distillery/tensor';
import { param } from '../layers/parameters';
import type { Model } from '../model';

/**
 * The network inside a wider one of the same architecture: of every layer the leading channels, W[..., :in, :out] and b[:out], as many as `narrow` has
 * (CSD, IJCAI 2021). Slices, so gradients reach `params`. PixelShuffle kernels keep the order (c, i, j), so that theirs are the first feature
 * maps. Throws UserError naming a parameter that `narrow` has more of.
 */
export function leadingSlice(narrow: Model, params: Params): Params {
  return Object.fromEntries(
    Object.entries(narrow.shapes).map(([name, shape]) => {
      const wide = param(params, name);
      if (wide.rank !== shape.length || shape.some((size, axis) => size > (wide.shape[axis] as number)))
        throw new UserError(`${narrow.name} ${name}: [${shape.join(', ')}] is no slice of [${wide.shape.join(', ')}]`);
      return [
        name,
        slice(
          wide,
          shape.map(() => 0),
          [...shape],
        ),
      ];
    }),
  );
}
