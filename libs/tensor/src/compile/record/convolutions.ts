import { backend_util, type Conv2DAttrs, type MaxPoolAttrs } from '@tensorflow/tfjs-core';
import type { Value } from '../graph/value';
import { input, type KernelCall, type KernelRecorder, type KernelRecorders } from './call';

type WindowAttrs = Pick<Conv2DAttrs, 'strides' | 'pad'>;
type Shape4D = [number, number, number, number];

interface Geometry {
  readonly inShape: readonly number[];
  readonly outShape: readonly number[];
  /** Stride, dilation and zero padding, as attributes of the graph's operations. */
  readonly attrs: { readonly strides: number[]; readonly dilations: number[]; readonly pads: number[] };
}

function geometry(call: KernelCall, inShape: readonly number[], filterShape: readonly number[], depthwise = false): Geometry {
  const { strides, dilations = 1, pad, dimRoundingMode, dataFormat = 'NHWC' } = call.attrs as unknown as Partial<Conv2DAttrs> & WindowAttrs;
  if (dataFormat !== 'NHWC') throw new Error(`convolution in data format ${String(dataFormat)} cannot be compiled`);
  const info = backend_util.computeConv2DInfo(
    inShape as Shape4D,
    filterShape as Shape4D,
    strides,
    dilations,
    pad,
    dimRoundingMode,
    depthwise,
  );
  const { top, left, bottom, right } = info.padInfo;
  return {
    inShape,
    outShape: info.outShape,
    attrs: {
      strides: [info.strideHeight, info.strideWidth],
      dilations: [info.dilationHeight, info.dilationWidth],
      pads: [top, left, bottom, right],
    },
  };
}

/** Depthwise kernels `[h, w, in, multiplier]` as grouped ones `[h, w, 1, in * multiplier]`: the same memory. */
function grouped(call: KernelCall, filter: Value): Value {
  const [h, w, inputs, multiplier] = filter.shape as Shape4D;
  return call.builder.reshape(filter, [h, w, 1, inputs * multiplier]);
}

const conv: KernelRecorder = (call) => {
  const [x, filter] = [input(call, 'x'), input(call, 'filter')];
  const { outShape, attrs } = geometry(call, x.shape, filter.shape);
  return call.builder.node('Conv', [x, filter], outShape, { ...attrs, groups: 1 });
};

const depthwise: KernelRecorder = (call) => {
  const [x, filter] = [input(call, 'x'), input(call, 'filter')];
  const { outShape, attrs } = geometry(call, x.shape, filter.shape, true);
  return call.builder.node('Conv', [x, grouped(call, filter)], outShape, { ...attrs, groups: x.shape[3] as number });
};

function pooling(op: string): KernelRecorder {
  return (call) => {
    const x = input(call, 'x');
    const { outShape, attrs } = pool(call, x);
    return call.builder.node(op, [x], outShape, attrs);
  };
}

type PoolAttrs = Geometry['attrs'] & { readonly window: number[] };

function pool(call: KernelCall, x: Value): { outShape: number[]; attrs: PoolAttrs } {
  const { filterSize, strides, pad, dimRoundingMode } = call.attrs as unknown as MaxPoolAttrs;
  const info = backend_util.computePool2DInfo(x.shape as Shape4D, filterSize, strides, 1, pad, dimRoundingMode);
  const { top, left, bottom, right } = info.padInfo;
  const attrs = {
    window: [info.filterHeight, info.filterWidth],
    strides: [info.strideHeight, info.strideWidth],
    dilations: [1, 1],
    pads: [top, left, bottom, right],
  };
  return { outShape: info.outShape, attrs };
}

/** Convolutions, poolings and their gradients. */
export const CONVOLUTIONS: KernelRecorders = {
  Conv2D: conv,
  DepthwiseConv2dNative: depthwise,
  Conv2DBackpropInput: (call) => {
    const [dy, filter] = [input(call, 'dy'), input(call, 'filter')];
    const { inShape, attrs } = geometry(call, call.attrs.inputShape as number[], filter.shape);
    return call.builder.node('ConvInputGradient', [dy, filter], inShape, { ...attrs, groups: 1 });
  },
  Conv2DBackpropFilter: (call) => {
    const [x, dy] = [input(call, 'x'), input(call, 'dy')];
    const filterShape = call.attrs.filterShape as number[];
    const { attrs } = geometry(call, x.shape, filterShape);
    return call.builder.node('ConvFilterGradient', [x, dy], filterShape, { ...attrs, groups: 1 });
  },
  MaxPool: pooling('MaxPool'),
  AvgPool: pooling('AveragePool'),
  MaxPoolGrad: (call) => {
    const [dy, x] = [input(call, 'dy'), input(call, 'input')];
    return call.builder.node('MaxPoolGradient', [dy, x], x.shape, { ...pool(call, x).attrs });
  },
};
