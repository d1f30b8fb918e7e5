import { add, minimum, mul, Prelu, relu, tidy, type KernelFunc, type Tensor } from '@tensorflow/tfjs-core';
import type { OwnKernel } from '../../kernels/register';

/**
 * y = max(x, 0) + alpha min(x, 0). The backend's own reads alpha as one value per channel whatever its shape, so anything else is
 * composed of other operations.
 */
export const prelu: OwnKernel = {
  kernelName: Prelu,
  create: (stock) => (parameters) => {
    const { x, alpha } = parameters.inputs as unknown as { x: Tensor; alpha: Tensor };
    const perChannel = alpha.size === x.shape.at(-1) && alpha.shape.at(-1) === alpha.size;
    if (perChannel) return (stock as KernelFunc)(parameters);
    return tidy(() => add(relu(x), mul(alpha, minimum(x, 0))));
  },
};
