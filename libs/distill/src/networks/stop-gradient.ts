import { clone, customGrad, zerosLike, type Tensor } from '@tensorflow/tfjs-core';

/** x, through which no gradient passes. */
export function stopGradient<T extends Tensor>(x: T): T {
  return customGrad((value) => ({ value: clone(value as Tensor), gradFunc: (dy: Tensor) => zerosLike(dy) }))(x) as T;
}
