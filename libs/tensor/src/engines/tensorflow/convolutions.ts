import {
  backend_util,
  Conv2D,
  Conv2DBackpropFilter,
  Conv2DBackpropInput,
  DepthwiseConv2dNative,
  tensor1d,
  type Conv2DAttrs,
  type Conv2DBackpropFilterAttrs,
  type Conv2DBackpropInputAttrs,
  type DepthwiseConv2dNativeAttrs,
  type Tensor,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { convGeometry, type ConvGeometry } from '../../kernels/conv2d-geometry';
import { insertZeros } from '../../kernels/spacing';
import type { Binding, OperationAttribute } from './binding';
import { tensorflowKernel, windowAttributes } from './operation';

// tfjs-node passes on no padding that is given in numbers. TensorFlow knows it; but it ends the process where sizes do not fit, so they are compared before.

function attributes(geometry: ConvGeometry, binding: Binding): OperationAttribute[] {
  return [
    ...windowAttributes(geometry, binding),
    { name: 'use_cudnn_on_gpu', type: binding.TF_ATTR_BOOL, value: true },
    { name: 'dilations', type: binding.TF_ATTR_INT, value: [1, geometry.dilationHeight, geometry.dilationWidth, 1] },
  ];
}

const sizes = (shape: readonly number[]): Tensor => tensor1d([...shape], 'int32');

const forward = tensorflowKernel<{ x: Tensor4D; filter: Tensor4D }, Conv2DAttrs>(
  Conv2D,
  ({ x, filter }, { strides, pad, dilations, dimRoundingMode, dataFormat }, binding) => {
    if (dataFormat === 'NCHW') throw new Error('convolution: expected data format NHWC, got NCHW');
    const geometry = backend_util.computeConv2DInfo(x.shape, filter.shape, strides, dilations, pad, dimRoundingMode);
    return { inputs: [x, filter], attributes: attributes(geometry, binding) };
  },
);

const inputGradient = tensorflowKernel<{ dy: Tensor4D; filter: Tensor4D }, Conv2DBackpropInputAttrs>(
  Conv2DBackpropInput,
  ({ dy, filter }, attrs, binding) => {
    const geometry = convGeometry(attrs.inputShape, filter.shape, dy, attrs);
    return { inputs: [sizes(attrs.inputShape), filter, dy], attributes: attributes(geometry, binding) };
  },
);

const filterGradient = tensorflowKernel<{ x: Tensor4D; dy: Tensor4D }, Conv2DBackpropFilterAttrs>(
  Conv2DBackpropFilter,
  ({ x, dy }, attrs, binding) => {
    const geometry = convGeometry(x.shape, attrs.filterShape, dy, attrs);
    return { inputs: [x, sizes(attrs.filterShape), dy], attributes: attributes(geometry, binding) };
  },
);

/** TensorFlow has no dilation on the processor: a kernel dilated by d is one whose taps are d apart, zeros between. */
const depthwise = tensorflowKernel<{ x: Tensor4D; filter: Tensor4D }, DepthwiseConv2dNativeAttrs>(
  DepthwiseConv2dNative,
  ({ x, filter }, { strides, pad, dilations, dimRoundingMode }, binding) => {
    const [down, across] = typeof dilations === 'number' ? [dilations, dilations] : dilations;
    const spread = insertZeros(insertZeros(filter, 0, down), 1, across);
    const geometry = backend_util.computeConv2DInfo(x.shape, spread.shape, strides, 1, pad, dimRoundingMode, true);
    return { inputs: [x, spread], attributes: windowAttributes(geometry, binding) };
  },
);

export const CONVOLUTION_KERNELS = [forward, inputGradient, filterGradient, depthwise];
