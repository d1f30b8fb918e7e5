import {
  Conv2D,
  Conv2DBackpropFilter,
  Conv2DBackpropInput,
  type Conv2DAttrs,
  type Conv2DBackpropFilterAttrs,
  type Conv2DBackpropInputAttrs,
  type GradConfig,
  type Tensor,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { insertZeros, takeEvery } from '../kernels/spacing';
import { runKernel } from './run-kernel';

/**
 * y = conv2d(x, w). Replaces tfjs' own gradient, which refuses dilated kernels: a convolution dilated by d is one with the kernel
 * whose taps are d apart, zeros between, so its gradients are that one's, with the kernel's gradient read at every d-th tap.
 */
export const conv2DGradient: GradConfig = {
  kernelName: Conv2D,
  inputsToSave: ['x', 'filter'],
  gradFunc: (dy, saved, attributes) => {
    const [x, filter] = saved as [Tensor4D, Tensor4D];
    const { strides, pad, dataFormat, dilations, dimRoundingMode } = attributes as unknown as Conv2DAttrs;
    const [dilationHeight, dilationWidth] = typeof dilations === 'number' ? [dilations, dilations] : dilations;
    const spread = (kernel: Tensor4D): Tensor4D => insertZeros(insertZeros(kernel, 0, dilationHeight), 1, dilationWidth);
    const [kh, kw, inChannels, outChannels] = filter.shape;
    const filterShape: Tensor4D['shape'] = [(kh - 1) * dilationHeight + 1, (kw - 1) * dilationWidth + 1, inChannels, outChannels];
    return {
      x: () => {
        const attrs: Conv2DBackpropInputAttrs = { strides, pad, dataFormat, dimRoundingMode, inputShape: x.shape };
        return runKernel(Conv2DBackpropInput, { dy: dy as Tensor, filter: spread(filter) }, attrs);
      },
      filter: () => {
        const attrs: Conv2DBackpropFilterAttrs = { strides, pad, dataFormat, dimRoundingMode, filterShape };
        const dw = runKernel<Tensor4D>(Conv2DBackpropFilter, { x, dy: dy as Tensor }, attrs);
        return takeEvery(takeEvery(dw, 0, dilationHeight), 1, dilationWidth);
      },
    };
  },
};
