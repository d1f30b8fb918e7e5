import {
  add,
  LeakyRelu,
  mul,
  Prelu,
  relu,
  Relu6,
  step,
  sub,
  type GradConfig,
  type LeakyReluAttrs,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { unbroadcast } from './unbroadcast';

/** y = x for x > 0, else alpha x. As tfjs' own, without the comparison and selection that take longer than a convolution on wasm. */
export const leakyReluGradient: GradConfig = {
  kernelName: LeakyRelu,
  inputsToSave: ['x'],
  gradFunc: (dy, saved, attributes) => {
    const [x] = saved as [Tensor];
    const { alpha } = attributes as unknown as LeakyReluAttrs;
    return { x: () => mul(dy as Tensor, step(x, alpha)) };
  },
};

/** y = x between 0 and 6: dx = dy inside, zero at the bounds, as PyTorch has it. */
export const relu6Gradient: GradConfig = {
  kernelName: Relu6,
  inputsToSave: ['x'],
  gradFunc: (dy, saved) => {
    const [x] = saved as [Tensor];
    return { x: () => mul(dy as Tensor, mul(step(x), step(sub(6, x)))) };
  },
};

/** y = max(x, 0) + alpha min(x, 0): dx = dy where x > 0, else alpha dy; dalpha = sum of dy min(x, 0). */
export const preluGradient: GradConfig = {
  kernelName: Prelu,
  inputsToSave: ['x', 'alpha'],
  gradFunc: (incoming, saved) => {
    const [x, alpha] = saved as [Tensor, Tensor];
    const dy = incoming as Tensor;
    return {
      x: () => {
        const positive = step(x);
        return unbroadcast(mul(dy, add(positive, mul(alpha, sub(1, positive)))), x.shape);
      },
      alpha: () => unbroadcast(mul(dy, sub(x, relu(x))), alpha.shape),
    };
  },
};
