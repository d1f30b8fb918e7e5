import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { Identity, type KernelFunc, type TensorInfo } from '@tensorflow/tfjs-core';
import type { OwnKernel } from '../../kernels/register';

/**
 * y = x, sharing its memory (tensors are immutable, the backend counts references). The backend's own copies the data, and
 * backpropagation clones every tensor that it keeps from the forward pass.
 */
export const identity: OwnKernel = {
  kernelName: Identity,
  create: (stock) => (parameters) => {
    const { dataId, shape, dtype } = parameters.inputs['x'] as TensorInfo;
    if (dtype === 'string') return (stock as KernelFunc)(parameters);
    (parameters.backend as BackendWasm).incRef(dataId);
    return { dataId, shape, dtype };
  },
};
