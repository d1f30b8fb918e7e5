import {
  add,
  Elu,
  Exp,
  exp,
  log,
  mul,
  neg,
  pow,
  Pow,
  relu,
  Sigmoid,
  sigmoid,
  softmax,
  Softmax,
  sub,
  sum,
  Tanh,
  tanh,
  where,
  zerosLike,
  greater,
  type GradConfig,
  type SoftmaxAttrs,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { unbroadcast } from './unbroadcast';

/** dx = slope(x) dy */
function pointwise(kernelName: string, slope: (x: Tensor) => Tensor): GradConfig {
  return {
    kernelName,
    inputsToSave: ['x'],
    gradFunc: (dy, saved) => ({ x: () => mul(dy as Tensor, slope(saved[0] as Tensor)) }),
  };
}

/** s (1 - s) */
function logisticSlope(x: Tensor): Tensor {
  const s = sigmoid(x);
  return mul(s, sub(1, s));
}

/** 1 - t^2 */
function tanhSlope(x: Tensor): Tensor {
  const t = tanh(x);
  return sub(1, mul(t, t));
}

/** y = a^b: da = b a^(b - 1) dy, db = y log(a) dy, which is zero at a = 0. */
const powGradient: GradConfig = {
  kernelName: Pow,
  inputsToSave: ['a', 'b'],
  gradFunc: (incoming, saved) => {
    const [a, b] = saved as [Tensor, Tensor];
    const dy = incoming as Tensor;
    return {
      a: () => unbroadcast(mul(dy, mul(b, pow(a, sub(b, 1)))), a.shape),
      b: () => {
        // The logarithm of 1 where there is none, lest infinities meet zeros.
        const positive = greater(a, 0);
        const logarithm = log(where(positive, a, add(zerosLike(a), 1)));
        return unbroadcast(mul(dy, mul(pow(a, b), logarithm)), b.shape);
      },
    };
  },
};

/** y = softmax(x): dx = y (dy - sum(y dy)). */
const softmaxGradient: GradConfig = {
  kernelName: Softmax,
  inputsToSave: ['logits'],
  gradFunc: (incoming, saved, attributes) => {
    const { dim } = attributes as unknown as SoftmaxAttrs;
    return {
      logits: () => {
        const y = softmax(saved[0] as Tensor, dim);
        const weighted = mul(incoming as Tensor, y);
        return sub(weighted, mul(sum(weighted, dim, true), y));
      },
    };
  },
};

/**
 * Gradients that are commonly written with the result of the forward pass. tfjs' own are, and yield wrong second derivatives in silence: what tfjs keeps of
 * a result is not connected to the arguments it came from. These compute it again.
 */
export const GRADIENTS_OF_RESULTS: readonly GradConfig[] = [
  pointwise(Exp, exp),
  pointwise(Sigmoid, logisticSlope),
  pointwise(Tanh, tanhSlope),
  // 1 for x > 0, else e^x.
  pointwise(Elu, (x) => exp(neg(relu(neg(x))))),
  powGradient,
  softmaxGradient,
];
