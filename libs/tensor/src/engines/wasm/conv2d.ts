import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { backend_util, Conv2D, type Conv2DAttrs, type TensorInfo } from '@tensorflow/tfjs-core';
import type { OwnKernel } from '../../kernels/register';
import type { Shape4 } from '../../kernels/conv2d-geometry';
import { winogradApplies, winogradConv2d } from './winograd';

/** y = conv2d(x, w): Winograd's algorithm where it applies, else the backend's own (XNNPACK's implicit matrix product). */
export const conv2D: OwnKernel = {
  kernelName: Conv2D,
  create: (stock) => (parameters) => {
    const { x, filter } = parameters.inputs as { x: TensorInfo; filter: TensorInfo };
    const { strides, dilations, pad, dimRoundingMode, dataFormat } = parameters.attrs as unknown as Conv2DAttrs;
    const backend = parameters.backend as BackendWasm;
    const format = backend_util.convertConv2DDataFormat(dataFormat);
    const info = backend_util.computeConv2DInfo(
      x.shape as Shape4,
      filter.shape as Shape4,
      strides,
      dilations,
      pad,
      dimRoundingMode,
      false,
      format,
    );
    if (dataFormat !== 'NHWC' || !winogradApplies(info)) return (stock as NonNullable<typeof stock>)(parameters);
    const y = backend.makeOutput(info.outShape, 'float32');
    winogradConv2d(backend, x, filter, y, info);
    return y;
  },
};
