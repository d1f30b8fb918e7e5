import { OneHot, type KernelFunc, type OneHotAttrs, type TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { OwnKernel } from '../../kernels/register';

/** The backend's own writes integers whatever the type of the result. */
export const oneHot: OwnKernel = {
  kernelName: OneHot,
  create: (stock) => (parameters) => {
    const attrs = parameters.attrs as unknown as OneHotAttrs;
    const y = (stock as KernelFunc)(parameters) as TensorInfo;
    if (attrs.dtype === 'float32') {
      const backend = parameters.backend as BackendWasm;
      const floats = backend.typedArrayFromHeap(y) as Float32Array;
      floats.set(new Int32Array(floats.buffer, floats.byteOffset, floats.length).slice());
    }
    return y;
  },
};
