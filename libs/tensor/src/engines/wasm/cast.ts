import { Cast, notEqual, tidy, type CastAttrs, type KernelFunc, type Tensor } from '@tensorflow/tfjs-core';
import type { OwnKernel } from '../../kernels/register';

/** The backend's own makes a boolean of a number by cutting it to a byte: 0.5 becomes false and -1 becomes 255. Any number but zero is true. */
export const cast: OwnKernel = {
  kernelName: Cast,
  create: (stock) => (parameters) => {
    const { x } = parameters.inputs as unknown as { x: Tensor };
    const { dtype } = parameters.attrs as unknown as CastAttrs;
    if (dtype !== 'bool' || x.dtype === 'bool') return (stock as KernelFunc)(parameters);
    return tidy(() => notEqual(x, 0));
  },
};
