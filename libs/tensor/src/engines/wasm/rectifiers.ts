import { LeakyRelu, Prelu, mul, neg, relu, sub, tidy, type KernelFunc, type LeakyReluAttrs, type Tensor } from '@tensorflow/tfjs-core';
import { composedKernel } from '../../kernels/composed';
import type { OwnKernel } from '../../kernels/register';

/** max(x, 0) + alpha min(x, 0) */
function rectified(x: Tensor, alpha: Tensor | number): Tensor {
  return sub(relu(x), mul(alpha, relu(neg(x))));
}

/** The backend's own goes through the elements one by one. */
const leakyRelu = composedKernel<{ x: Tensor }, LeakyReluAttrs>(LeakyRelu, ({ x }, { alpha }) => rectified(x, alpha));

/** The backend's own is fast, but reads alpha as one value per channel whatever its shape. */
const prelu: OwnKernel = {
  kernelName: Prelu,
  create: (stock) => (parameters) => {
    const { x, alpha } = parameters.inputs as unknown as { x: Tensor; alpha: Tensor };
    const perChannel = alpha.size === x.shape.at(-1) && alpha.shape.at(-1) === alpha.size;
    return perChannel ? (stock as KernelFunc)(parameters) : tidy(() => rectified(x, alpha));
  },
};

export const RECTIFIER_KERNELS: readonly OwnKernel[] = [leakyRelu, prelu];
