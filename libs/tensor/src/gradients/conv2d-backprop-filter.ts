import {
  conv2d,
  Conv2DBackpropFilter,
  Conv2DBackpropInput,
  type Conv2DBackpropFilterAttrs,
  type Conv2DBackpropInputAttrs,
  type GradConfig,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { runKernel } from './run-kernel';

/**
 * dw = filterGradient(x, dy) is bilinear. With its own incoming gradient v, shaped like the kernel: d/d(dy) = conv2d(x, v) and
 * d/dx = inputGradient(dy, v). Makes gradients of gradients of convolutions possible.
 */
export const conv2DBackpropFilterGradient: GradConfig = {
  kernelName: Conv2DBackpropFilter,
  inputsToSave: ['x', 'dy'],
  gradFunc: (incoming, saved, attributes) => {
    const [x, dy] = saved as [Tensor4D, Tensor4D];
    const v = incoming as Tensor4D;
    const { strides, pad, dataFormat, dimRoundingMode } = attributes as unknown as Conv2DBackpropFilterAttrs;
    return {
      x: () => {
        const attrs: Conv2DBackpropInputAttrs = { strides, pad, dataFormat, dimRoundingMode, inputShape: x.shape };
        return runKernel(Conv2DBackpropInput, { dy, filter: v }, attrs);
      },
      dy: () => conv2d(x, v, strides, pad, dataFormat, 1, dimRoundingMode),
    };
  },
};
