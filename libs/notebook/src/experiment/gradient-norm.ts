import { valueAndGrads, type Params } from '@distillery/tensor';
import { sum, square, tidy, type Scalar } from '@tensorflow/tfjs-core';

/** Euclidean norm of a loss's gradient in the parameters. */
export function gradientNorm(params: Params, loss: (p: Params) => Scalar): number {
  return tidy(() => {
    const { grads } = valueAndGrads((p) => ({ loss: loss(p), aux: {} }), params);
    return Math.sqrt(Object.values(grads).reduce((total, grad) => total + (sum(square(grad)).dataSync()[0] as number), 0));
  });
}
