import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { Conv2DBackpropFilter, type Conv2DBackpropFilterAttrs, type TensorInfo } from '@tensorflow/tfjs-core';
import { convGeometry, type Shape4 } from '../../kernels/conv2d-geometry';
import type { OwnKernel } from '../../kernels/register';

/**
 * The filter gradient as its definition, loops over the elements in memory: what a user of the stock backend has to write to train a
 * convolution at all. The yardstick of the benchmark; nothing else uses it.
 */
export const naiveConv2DBackpropFilter: OwnKernel = {
  kernelName: Conv2DBackpropFilter,
  create: () => (parameters) => {
    const { x, dy } = parameters.inputs as { x: TensorInfo; dy: TensorInfo };
    const attrs = parameters.attrs as unknown as Conv2DBackpropFilterAttrs;
    const backend = parameters.backend as BackendWasm;
    const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, filterHeight, filterWidth, strideHeight, strideWidth, padInfo } =
      convGeometry(x.shape as Shape4, attrs.filterShape, dy, attrs); // prettier-ignore
    const dw = backend.makeOutput(attrs.filterShape, 'float32');
    const [xs, dys, dws] = [x, dy, dw].map((tensor) => backend.typedArrayFromHeap(tensor) as Float32Array) as [Float32Array, Float32Array, Float32Array]; // prettier-ignore
    dws.fill(0);
    for (let n = 0; n < batchSize; n++) {
      for (let p = 0; p < outHeight; p++) {
        for (let q = 0; q < outWidth; q++) {
          const dyPixel = ((n * outHeight + p) * outWidth + q) * outChannels;
          for (let i = 0; i < filterHeight; i++) {
            const row = p * strideHeight + i - padInfo.top;
            if (row < 0 || row >= inHeight) continue;
            for (let j = 0; j < filterWidth; j++) {
              const column = q * strideWidth + j - padInfo.left;
              if (column < 0 || column >= inWidth) continue;
              const xPixel = ((n * inHeight + row) * inWidth + column) * inChannels;
              for (let c = 0; c < inChannels; c++) {
                const value = xs[xPixel + c] as number;
                const tap = ((i * filterWidth + j) * inChannels + c) * outChannels;
                for (let o = 0; o < outChannels; o++) dws[tap + o] = (dws[tap + o] as number) + value * (dys[dyPixel + o] as number);
              }
            }
          }
        }
      }
    }
    return dw;
  },
};
