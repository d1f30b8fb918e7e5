import { add, Maximum, Minimum, mul, SquaredDifference, step, sub, type GradConfig, type Tensor } from '@tensorflow/tfjs-core';
import { unbroadcast } from './unbroadcast';

/** y = f(a, b), operands broadcast; `partials` are dy/da dy and dy/db dy in the shape of y. tfjs' own forget that operands may be broadcast. */
function binaryGradient(
  kernelName: string,
  partials: (dy: Tensor, a: Tensor, b: Tensor) => { a: () => Tensor; b: () => Tensor },
): GradConfig {
  return {
    kernelName,
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, saved) => {
      const [a, b] = saved as [Tensor, Tensor];
      const of = partials(dy as Tensor, a, b);
      return { a: () => unbroadcast(of.a(), a.shape), b: () => unbroadcast(of.b(), b.shape) };
    },
  };
}

/** The part of dy that the larger of a and b takes: all of it, or half where they are equal, as PyTorch has it. */
function ofLarger(dy: Tensor, a: Tensor, b: Tensor): Tensor {
  return mul(mul(dy, 0.5), add(sub(step(sub(a, b)), step(sub(b, a))), 1));
}

export const BINARY_GRADIENTS: readonly GradConfig[] = [
  binaryGradient(Maximum, (dy, a, b) => ({ a: () => ofLarger(dy, a, b), b: () => ofLarger(dy, b, a) })),
  binaryGradient(Minimum, (dy, a, b) => ({ a: () => ofLarger(dy, b, a), b: () => ofLarger(dy, a, b) })),
  binaryGradient(SquaredDifference, (dy, a, b) => ({ a: () => mul(dy, mul(2, sub(a, b))), b: () => mul(dy, mul(2, sub(b, a))) })),
];
