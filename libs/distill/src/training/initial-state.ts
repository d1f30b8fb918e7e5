import { clone, tidy } from '@tensorflow/tfjs-core';
import { mapParams, type Rng } from '@distillery/tensor';
import type { Method, State } from '../method';

/**
 * The state in which a method begins, all tensors of its own: training consumes it and leaves alone what the method was given to start from, so that the same
 * method can be trained again. The caller owns the tensors.
 */
export function initialState(method: Method, rng: Rng): State {
  return tidy(() =>
    Object.fromEntries(Object.entries(method.init(rng)).map(([slot, params]) => [slot, mapParams(params, (value) => clone(value))])),
  );
}
