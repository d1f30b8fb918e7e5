import { Maximum, Minimum, mul, SquaredDifference, step, sub, type GradConfig, type Tensor } from '@tensorflow/tfjs-core';
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

/** Between equal operands, dy goes to b: one of the two must have it, and a bound given as b then passes what touches it. */
export const BINARY_GRADIENTS: readonly GradConfig[] = [
  binaryGradient(Maximum, (dy, a, b) => ({ a: () => mul(dy, step(sub(a, b))), b: () => sub(dy, mul(dy, step(sub(a, b)))) })),
  binaryGradient(Minimum, (dy, a, b) => ({ a: () => mul(dy, step(sub(b, a))), b: () => sub(dy, mul(dy, step(sub(b, a)))) })),
  binaryGradient(SquaredDifference, (dy, a, b) => ({ a: () => mul(dy, mul(2, sub(a, b))), b: () => mul(dy, mul(2, sub(b, a))) })),
];
