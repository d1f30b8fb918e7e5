import {
  AvgPool,
  avgPool,
  backend_util,
  div,
  MaxPool,
  MaxPoolGrad,
  mul,
  pad as padded,
  tidy,
  util,
  type AvgPoolAttrs,
  type KernelFunc,
  type MaxPoolAttrs,
  type MaxPoolGradAttrs,
  type Tensor,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import type { ConvGeometry } from '../../kernels/conv2d-geometry';
import type { OwnKernel } from '../../kernels/register';
import { windowCounts } from '../../kernels/window-counts';
import type { Binding, OperationAttribute } from './binding';
import { tensorflowKernel, windowAttributes } from './operation';

function geometryOf(x: Tensor4D, { filterSize, strides, pad, dimRoundingMode }: MaxPoolAttrs): ConvGeometry {
  return backend_util.computePool2DInfo(x.shape, filterSize, strides, 1, pad, dimRoundingMode);
}

function attributes(geometry: ConvGeometry, binding: Binding): OperationAttribute[] {
  const size = { name: 'ksize', type: binding.TF_ATTR_INT, value: [1, geometry.filterHeight, geometry.filterWidth, 1] };
  return [...windowAttributes(geometry, binding), size];
}

const maxPool = tensorflowKernel<{ x: Tensor4D }, MaxPoolAttrs>(MaxPool, ({ x }, attrs, binding) => ({
  inputs: [x],
  attributes: attributes(geometryOf(x, attrs), binding),
}));

const maxPoolGrad = tensorflowKernel<{ dy: Tensor4D; input: Tensor4D; output: Tensor4D }, MaxPoolGradAttrs>(
  MaxPoolGrad,
  ({ dy, input, output }, attrs, binding) => {
    const geometry = geometryOf(input, attrs);
    if (!util.arraysEqual(geometry.outShape, dy.shape)) {
      throw new Error(`pooling gradient: [${input.shape}] gives [${geometry.outShape}], but the gradient's shape is [${dy.shape}]`);
    }
    return { inputs: [input, output, dy], attributes: attributes(geometry, binding) };
  },
);

/** TensorFlow knows no padding in numbers here: means over the padded image, of which the zeros are then not counted. */
const avgPoolPadded: OwnKernel = {
  kernelName: AvgPool,
  create: (stock) => (parameters) => {
    const { x } = parameters.inputs as unknown as { x: Tensor4D };
    const geometry = geometryOf(x, parameters.attrs as unknown as AvgPoolAttrs);
    const { type, top, bottom, left, right } = geometry.padInfo;
    if (type === 'SAME' || type === 'VALID') return (stock as KernelFunc)(parameters);
    const { filterHeight, filterWidth, strideHeight, strideWidth } = geometry;
    return tidy(() => {
      const framed = padded(x, [[0, 0], [top, bottom], [left, right], [0, 0]]); // prettier-ignore
      const means = avgPool(framed, [filterHeight, filterWidth], [strideHeight, strideWidth], 'valid');
      return mul<Tensor>(means, div(filterHeight * filterWidth, windowCounts(geometry)));
    });
  },
};

export const POOLING_KERNELS = [maxPool, maxPoolGrad, avgPoolPadded];
