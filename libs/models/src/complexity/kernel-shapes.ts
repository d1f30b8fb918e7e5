import * as tf from '@tensorflow/tfjs-core';
import type { NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';

type Shape = number[];
type Inputs = Readonly<Record<string, TensorInfo>>;

/** Kernels whose output is as large as their first input. */
const SAME_SHAPE = [
  'Abs',
  'ClipByValue',
  'Exp',
  'Floor',
  'LeakyRelu',
  'Neg',
  'Prelu',
  'Relu',
  'Reverse',
  'Rsqrt',
  'Sigmoid',
  'Softmax',
  'Sqrt',
  'Square',
];
/** Kernels that broadcast two inputs. */
const BROADCAST = ['Add', 'Maximum', 'Minimum', 'Multiply', 'RealDiv', 'SquaredDifference', 'Sub'];
/** Kernels that reduce axes. */
const REDUCE = ['Max', 'Mean', 'Min', 'Sum'];

/** Output shapes of tfjs' kernels from their inputs and attributes: what a forward pass needs so that nothing has to be computed. */
export const KERNEL_SHAPES: Readonly<Record<string, (inputs: Inputs, attrs: NamedAttrMap) => Shape[]>> = {
  ...Object.fromEntries(SAME_SHAPE.map((name) => [name, (inputs: Inputs) => [first(inputs).shape]])),
  ...Object.fromEntries(BROADCAST.map((name) => [name, broadcastShape])),
  ...Object.fromEntries(REDUCE.map((name) => [name, reducedShape])),
  BatchMatMul: ({ a, b }, { transposeA, transposeB }) => [matMulShape(of(a), of(b), Boolean(transposeA), Boolean(transposeB))],
  Concat: (inputs, { axis }) => {
    const shapes = Object.values(inputs).map(({ shape }) => shape);
    return [tf.backend_util.computeOutShape(shapes, axisOf(axis, shapes[0] as Shape))];
  },
  Conv2D: ({ x, filter }, attrs) => [convShape(of(x), of(filter), attrs)],
  Conv2DBackpropInput: (_inputs, { inputShape }) => [inputShape as Shape],
  DepthToSpace: ({ x }, { blockSize }) => {
    const [n, h, w, c] = of(x) as [number, number, number, number];
    const r = blockSize as number;
    return [[n, h * r, w * r, c / (r * r)]];
  },
  DepthwiseConv2dNative: ({ x, filter }, attrs) => [convShape(of(x), of(filter), attrs, true)],
  Fill: (_inputs, { shape }) => [shape as Shape],
  MaxPool: ({ x }, { filterSize, strides, pad, dimRoundingMode }) => [
    tf.backend_util.computePool2DInfo(
      of(x) as [number, number, number, number],
      filterSize as number,
      strides as number,
      1,
      pad as number,
      dimRoundingMode as 'floor',
    ).outShape,
  ],
  PadV2: ({ x }, { paddings }) => [of(x).map((size, axis) => size + sum((paddings as Shape[])[axis] as Shape))],
  ResizeBilinear: ({ images }, { size }) => [resizedShape(of(images), size as Shape)],
  ResizeNearestNeighbor: ({ images }, { size }) => [resizedShape(of(images), size as Shape)],
  Slice: ({ x }, { begin, size }) => [tf.slice_util.parseSliceParams(x as tf.Tensor, begin as Shape, size as Shape)[1] as Shape],
  SplitV: ({ x }, { numOrSizeSplits, axis }) => {
    const along = axisOf(axis, of(x));
    const sizes = tf.backend_util.prepareSplitSize(x as tf.Tensor, numOrSizeSplits as number | Shape, along);
    return sizes.map((size) => of(x).map((whole, i) => (i === along ? size : whole)));
  },
  Transpose: ({ x }, { perm }) => [(perm as Shape).map((axis) => of(x)[axis] as number)],
};

function first(inputs: Inputs): TensorInfo {
  return (inputs['x'] ?? inputs['logits'] ?? Object.values(inputs)[0]) as TensorInfo;
}

function of(info: TensorInfo | undefined): Shape {
  return (info as TensorInfo).shape;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function axisOf(axis: unknown, shape: Shape): number {
  return tf.util.parseAxisParam(axis as number, shape)[0] as number;
}

function broadcastShape({ a, b }: Inputs): Shape[] {
  return [tf.backend_util.assertAndGetBroadcastShape(of(a), of(b))];
}

function reducedShape({ x, ...other }: Inputs, { axis, reductionIndices, keepDims }: NamedAttrMap): Shape[] {
  const shape = of(x ?? first(other));
  const axes = tf.util.parseAxisParam((axis ?? reductionIndices) as number | Shape, shape);
  const [reduced] = tf.backend_util.computeOutAndReduceShapes(shape, axes);
  return [keepDims ? tf.backend_util.expandShapeToKeepDim(reduced, axes) : reduced];
}

function convShape(x: Shape, filter: Shape, { strides, pad, dilations, dimRoundingMode }: NamedAttrMap, depthwise = false): Shape {
  const info = tf.backend_util.computeConv2DInfo(
    x as [number, number, number, number],
    filter as [number, number, number, number],
    strides as number,
    dilations as number,
    pad as number,
    dimRoundingMode as 'floor',
    depthwise,
  );
  return info.outShape;
}

function matMulShape(a: Shape, b: Shape, transposeA: boolean, transposeB: boolean): Shape {
  const batch = tf.backend_util.assertAndGetBroadcastShape(a.slice(0, -2), b.slice(0, -2));
  return [...batch, a.at(transposeA ? -1 : -2) as number, b.at(transposeB ? -2 : -1) as number];
}

function resizedShape([n, , , c]: Shape, [height, width]: Shape): Shape {
  return [n, height, width, c] as Shape;
}
