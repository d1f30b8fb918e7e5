import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { backend_util, Conv2D, engine, slice, tidy, type Conv2DAttrs, type KernelFunc, type Tensor4D } from '@tensorflow/tfjs-core';
import type { OwnKernel } from '../../kernels/register';
import { padToPanels } from './panels';
import { winogradApplies, winogradConv2d } from './winograd';

/** Fewer input channels than this are not worth padding to a panel. */
const LEAST_CHANNELS = 3;

/** y = conv2d(x, w): Winograd's algorithm where it applies, else the backend's own (XNNPACK's implicit matrix product). */
export const conv2D: OwnKernel = {
  kernelName: Conv2D,
  create: (stock) => (parameters) => {
    const { x, filter } = parameters.inputs as unknown as { x: Tensor4D; filter: Tensor4D };
    const { strides, dilations, pad, dimRoundingMode, dataFormat } = parameters.attrs as unknown as Conv2DAttrs;
    const infoOf = (input: Tensor4D, kernel: Tensor4D): backend_util.Conv2DInfo =>
      backend_util.computeConv2DInfo(input.shape, kernel.shape, strides, dilations, pad, dimRoundingMode);
    if (dataFormat !== 'NHWC' || x.shape[3] < LEAST_CHANNELS || !winogradApplies(infoOf(x, filter))) {
      return (stock as KernelFunc)(parameters);
    }
    const backend = parameters.backend as BackendWasm;
    return tidy(() => {
      const [input, kernel] = [padToPanels(x, [3]), padToPanels(filter, [2, 3])];
      const info = infoOf(input, kernel);
      const y = engine().makeTensorFromTensorInfo(backend.makeOutput(info.outShape, 'float32')) as Tensor4D;
      winogradConv2d(backend, input, kernel, y, info);
      const outChannels = filter.shape[3];
      return kernel.shape[3] === outChannels ? y : slice(y, [0, 0, 0, 0], [-1, -1, -1, outChannels]);
    });
  },
};
