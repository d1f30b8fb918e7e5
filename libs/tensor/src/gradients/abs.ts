import { Abs, mul, neg, step, sub, type GradConfig, type Tensor } from '@tensorflow/tfjs-core';

/** y = |x|: dx = sign(x) dy, zero at zero as PyTorch has it; tfjs' own gradient is -dy there. */
export const absGradient: GradConfig = {
  kernelName: Abs,
  inputsToSave: ['x'],
  gradFunc: (dy, saved) => {
    const [x] = saved as [Tensor];
    // tf.sign would do, but on wasm it is fifty times slower than a step.
    return { x: () => mul(dy as Tensor, sub(step(x), step(neg(x)))) };
  },
};
