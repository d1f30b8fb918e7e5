import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';

/**
 * x through the layers one after the other; `seen` gets each result. Without `seen`, each result is freed as soon as the next one
 * exists, so that a deep network needs the memory of one layer. Safe under differentiation: the tape keeps its own references.
 */
export function chain(x: Tensor4D, layers: readonly ((x: Tensor4D) => Tensor4D)[], seen?: (index: number, y: Tensor4D) => void): Tensor4D {
  let current = x;
  layers.forEach((layer, index) => {
    const next = tf.tidy(() => layer(current));
    if (seen) seen(index, next);
    else if (current !== x) current.dispose();
    current = next;
  });
  return current;
}
