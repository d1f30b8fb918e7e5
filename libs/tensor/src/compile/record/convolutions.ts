import { backend_util, type Conv2DAttrs, type MaxPoolAttrs } from '@tensorflow/tfjs-core';
import type { Builder } from '../graph/builder';
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

/** Bias and activation that tfjs fused into a convolution, as operations of their own. */
function unfused(convolution: KernelRecorder): KernelRecorder {
  return (call) => {
    const { builder, inputs, attrs } = call;
    const y = convolution(call) as Value;
    const biased = inputs.bias ? builder.elementwise('Add', [y, inputs.bias]) : y;
    if (attrs.activation === 'linear') return biased;
    if (attrs.activation === 'relu') return builder.elementwise('Relu', [biased]);
    throw new Error(`convolution fused with ${String(attrs.activation)} cannot be compiled`);
  };
}

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

/** dw[i, j, c] = sum over n, y, x of X[s y + i, s x + j, c] dY[y, x, c]: one product and sum for each tap of the kernel. */
function depthwiseFilterGradient(call: KernelCall): Value {
  const { builder } = call;
  const [x, dy] = [input(call, 'x'), input(call, 'dy')];
  const filterShape = call.attrs.filterShape as Shape4D;
  const [kh, kw, channels, multiplier] = filterShape;
  const { attrs } = geometry(call, x.shape, filterShape, true);
  if (multiplier !== 1) throw new Error('a channel multiplier cannot be compiled');
  const [top, left, bottom, right] = attrs.pads as Shape4D;
  const [n, h, w] = x.shape as Shape4D;
  const frame = { before: [0, top, left, 0], after: [0, bottom, right, 0], mode: 'constant', fill: 0 };
  const framed = builder.node('Pad', [x], [n, h + top + bottom, w + left + right, channels], frame);
  const taps = Array.from({ length: kh * kw }, (_, tap) => {
    const [i, j] = [Math.floor(tap / kw), tap % kw];
    const [di, dj] = attrs.dilations as [number, number];
    const seen = builder.slice(framed, [0, i * di, j * dj, 0], dy.shape, [1, ...attrs.strides, 1]);
    return builder.reduce('ReduceSum', builder.elementwise('Mul', [seen, dy]), [0, 1, 2]);
  });
  return builder.reshape(builder.concat(taps, 1), filterShape);
}

/** Each output's gradient in equal parts to all it averages, for windows side by side. */
function averageGradient(builder: Builder, dy: Value, x: Value, { window, strides, pads }: PoolAttrs): Value {
  const [kh, kw] = window as [number, number];
  if (strides[0] !== kh || strides[1] !== kw || pads.some((pad) => pad !== 0)) throw new Error('only windows side by side can be compiled');
  const [n, h, w, c] = dy.shape as Shape4D;
  const spread = builder.expand(builder.reshape(dy, [n, h, 1, w, 1, c]), [n, h, kh, w, kw, c]);
  const parts = builder.elementwise('Mul', [builder.reshape(spread, [n, h * kh, w * kw, c]), builder.scalar(1 / (kh * kw))]);
  const after = [0, (x.shape[1] as number) - h * kh, (x.shape[2] as number) - w * kw, 0];
  return builder.node('Pad', [parts], x.shape, { before: [0, 0, 0, 0], after, mode: 'constant', fill: 0 });
}

/** Convolutions, poolings and their gradients. */
export const CONVOLUTIONS: KernelRecorders = {
  Conv2D: conv,
  FusedConv2D: unfused(conv),
  DepthwiseConv2dNative: depthwise,
  FusedDepthwiseConv2D: unfused(depthwise),
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
  DepthwiseConv2dNativeBackpropInput: (call) => {
    const [dy, filter] = [input(call, 'dy'), input(call, 'filter')];
    const { inShape, attrs } = geometry(call, call.attrs.inputShape as number[], filter.shape, true);
    return call.builder.node('ConvInputGradient', [dy, grouped(call, filter)], inShape, { ...attrs, groups: inShape[3] as number });
  },
  DepthwiseConv2dNativeBackpropFilter: (call) => depthwiseFilterGradient(call),
  MaxPool: pooling('MaxPool'),
  AvgPool: pooling('AveragePool'),
  AvgPoolGrad: (call) => {
    const [dy, x] = [input(call, 'dy'), input(call, 'input')];
    return averageGradient(call.builder, dy, x, pool(call, x).attrs);
  },
  MaxPoolGrad: (call) => {
    const [dy, x] = [input(call, 'dy'), input(call, 'input')];
    return call.builder.node('MaxPoolGradient', [dy, x], x.shape, { ...pool(call, x).attrs });
  },
};
