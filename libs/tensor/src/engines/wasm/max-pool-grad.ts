import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { backend_util, MaxPoolGrad, type MaxPoolGradAttrs, type TensorInfo } from '@tensorflow/tfjs-core';
import type { Shape4 } from '../../kernels/conv2d-geometry';
import type { OwnKernel } from '../../kernels/register';

/**
 * y = maxPool(x): dy goes to the first largest element of its window. x `[n, h, w, c]`, dy `[n, oh, ow, c]` -> dx `[n, h, w, c]`.
 * The backend's own drops the gradient of windows without a positive element.
 */
export const maxPoolGrad: OwnKernel = {
  kernelName: MaxPoolGrad,
  create: () => (parameters) => {
    const { dy, input } = parameters.inputs as { dy: TensorInfo; input: TensorInfo };
    const { filterSize, strides, pad, dimRoundingMode } = parameters.attrs as unknown as MaxPoolGradAttrs;
    const backend = parameters.backend as BackendWasm;
    const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, filterHeight, filterWidth, strideHeight, strideWidth, padInfo } =
      backend_util.computePool2DInfo(input.shape as Shape4, filterSize, strides, 1, pad, dimRoundingMode);
    const dx = backend.makeOutput(input.shape, 'float32');
    const floats = (tensor: TensorInfo): Float32Array => backend.typedArrayFromHeap(tensor) as Float32Array;
    const [x, gradient, result] = [floats(input), floats(dy), floats(dx)];
    result.fill(0);
    let output = 0;
    for (let n = 0; n < batchSize; n++) {
      for (let p = 0; p < outHeight; p++) {
        const top = p * strideHeight - padInfo.top;
        const rowEnd = Math.min(top + filterHeight, inHeight);
        for (let q = 0; q < outWidth; q++) {
          const left = q * strideWidth - padInfo.left;
          const columnEnd = Math.min(left + filterWidth, inWidth);
          for (let c = 0; c < inChannels; c++) {
            let largest = -Infinity;
            let place = -1;
            for (let row = Math.max(top, 0); row < rowEnd; row++) {
              for (let column = Math.max(left, 0); column < columnEnd; column++) {
                const i = ((n * inHeight + row) * inWidth + column) * inChannels + c;
                const value = x[i] as number;
                if (value > largest || place < 0) {
                  largest = value;
                  place = i;
                }
              }
            }
            result[place] = (result[place] as number) + (gradient[output++] as number);
          }
        }
      }
    }
    return dx;
  },
};
