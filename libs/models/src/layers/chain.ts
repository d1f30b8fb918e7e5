import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';

/**
 * x through one layer per item, one after the other; `seen` gets each result. Without `seen`, each result is freed as soon as the next one
 * exists, so that a deep network needs the memory of one layer. Safe under differentiation: the tape keeps its own references.
 */
export function chain<T>(
  x: Tensor4D,
  items: readonly T[],
  layer: (x: Tensor4D, item: T) => Tensor4D,
  seen?: (item: T, y: Tensor4D) => void,
): Tensor4D {
  let current = x;
  for (const item of items) {
    const previous = current;
    const next = tf.tidy(() => layer(previous, item));
    if (seen) seen(item, next);
    else if (previous !== x) previous.dispose();
    current = next;
  }
  return current;
}

/** 0 ... count - 1. */
export function indices(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
