import { memory } from '@tensorflow/tfjs-core';

/**
 * `step`, watched: the wrapped function throws if, across a call, the number of live tensors grew by more than the
 * `tensorsIn(result)` that the result holds. Inputs that the step hands back unchanged do not count as growth.
 */
export function leakChecked<A extends unknown[], R>(step: (...args: A) => R, tensorsIn: (result: R) => number): (...args: A) => R {
  return (...args) => {
    const before = memory().numTensors;
    const result = step(...args);
    const grown = memory().numTensors - before;
    const returned = tensorsIn(result);
    if (grown > returned) throw new Error(`${grown - returned} tensors leaked: ${grown} more are alive, the result holds ${returned}`);
    return result;
  };
}
