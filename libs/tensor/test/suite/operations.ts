import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';

/** What a golden's attributes mean to an operation is between its line here and the family's .py; neither is checked by the compiler. */
type Operation = (inputs: readonly Tensor[], attrs: never) => Tensor;
type Operations = Readonly<Record<string, Operation>>;

type Pair = [number, number];
type Pad = 'same' | 'valid' | number | [Pair, Pair];
type Window = { strides: Pair; dilations: Pair; pad: Pad };
type Padded = 'same' | 'valid' | number | tf.backend_util.ExplicitPadding;
type Resizing = { size: Pair; alignCorners: boolean; halfPixelCenters: boolean };
type Reduction = { axes: number[]; keepDims: boolean };
type Cumulative = { axis: number; exclusive: boolean; reverse: boolean };

const COMPARE = { equal: tf.equal, notEqual: tf.notEqual, greater: tf.greater, greaterEqual: tf.greaterEqual, less: tf.less, lessEqual: tf.lessEqual }; // prettier-ignore
const FINITE = { isFinite: tf.isFinite, isInf: tf.isInf, isNaN: tf.isNaN };
const NOT_FINITE = [0, NaN, Infinity, -Infinity];
const LOGICAL = { logicalAnd: tf.logicalAnd, logicalOr: tf.logicalOr, logicalXor: tf.logicalXor };

/** An operation of one argument. */
function one<A>(f: (x: never, attrs: A) => Tensor): Operation {
  return (inputs, attrs) => f(inputs[0] as never, attrs);
}

function two<A>(f: (a: never, b: never, attrs: A) => Tensor): Operation {
  return (inputs, attrs) => f(inputs[0] as never, inputs[1] as never, attrs);
}

function three<A>(f: (a: never, b: never, c: never, attrs: A) => Tensor): Operation {
  return (inputs, attrs) => f(inputs[0] as never, inputs[1] as never, inputs[2] as never, attrs);
}

/** tfjs' functions of one tensor and nothing else, by their names. */
const UNARY = {
  ...{ abs: tf.abs, acos: tf.acos, acosh: tf.acosh, asin: tf.asin, asinh: tf.asinh, atan: tf.atan, atanh: tf.atanh, ceil: tf.ceil }, // prettier-ignore
  ...{ cos: tf.cos, cosh: tf.cosh, elu: tf.elu, erf: tf.erf, exp: tf.exp, expm1: tf.expm1, floor: tf.floor, log: tf.log, log1p: tf.log1p }, // prettier-ignore
  ...{ neg: tf.neg, reciprocal: tf.reciprocal, relu: tf.relu, relu6: tf.relu6, round: tf.round, rsqrt: tf.rsqrt, selu: tf.selu }, // prettier-ignore
  ...{ sigmoid: tf.sigmoid, sign: tf.sign, sin: tf.sin, sinh: tf.sinh, softplus: tf.softplus, sqrt: tf.sqrt, square: tf.square }, // prettier-ignore
  ...{ tan: tf.tan, tanh: tf.tanh, identity: tf.clone, zerosLike: tf.zerosLike, onesLike: tf.onesLike, logicalNot: tf.logicalNot }, // prettier-ignore
};

const BINARY = {
  ...{ add: tf.add, sub: tf.sub, mul: tf.mul, div: tf.div, pow: tf.pow, atan2: tf.atan2, mod: tf.mod, floorDiv: tf.floorDiv }, // prettier-ignore
  ...{ maximum: tf.maximum, minimum: tf.minimum, squaredDifference: tf.squaredDifference, prelu: tf.prelu },
  ...COMPARE,
  ...LOGICAL,
};

const ELEMENTWISE: Operations = {
  ...Object.fromEntries(Object.entries(UNARY).map(([name, f]) => [name, one((x) => (f as (x: Tensor) => Tensor)(x))])),
  ...Object.fromEntries(Object.entries(BINARY).map(([name, f]) => [name, two((a, b) => (f as (a: Tensor, b: Tensor) => Tensor)(a, b))])),
  leakyRelu: one<{ alpha: number }>((x, a) => tf.leakyRelu(x, a.alpha)),
  step: one<{ alpha: number }>((x, a) => tf.step(x, a.alpha)),
  clipByValue: one<{ min: number; max: number }>((x, a) => tf.clipByValue(x, a.min, a.max)),
  powBy: one<{ exponent: number }>((x, a) => tf.pow(x, a.exponent)),
  toFloat: one((x) => tf.cast(x, 'float32')),
  throughInteger: one((x) => tf.mul(x, tf.cast(tf.cast(x, 'int32'), 'float32'))),
  throughBoolean: one((x) => tf.mul(x, tf.cast(tf.cast(x, 'bool'), 'float32'))),
  where: two<{ compare: keyof typeof COMPARE }>((a, b, { compare }) => tf.where(COMPARE[compare](a, b), tf.mul(a, 2), b)),
  whereBoth: two<{ combine: keyof typeof LOGICAL }>((a, b, { combine }) =>
    tf.where(LOGICAL[combine](tf.greater(a, 0), tf.greater(b, 0)), tf.mul(a, 2), b),
  ),
  whereNot: two((a, b) => tf.where(tf.logicalNot(tf.greater(a, b)), tf.mul(a, 2), b)),
  whereFinite: one<{ test: keyof typeof FINITE }>((x, { test }) => tf.where(FINITE[test](tf.add(x, NOT_FINITE)), tf.mul(x, 2), x)),
  timesArgMax: one((x) => tf.mul(x, tf.cast(tf.argMax(x, 0), 'float32'))),
  timesArgMin: one((x) => tf.mul(x, tf.cast(tf.argMin(x, 0), 'float32'))),
  select: three((condition, a, b) => tf.where(condition, a, b)),
  addN: (inputs) => tf.addN([...inputs]),
};

function reduction(f: (x: Tensor, axes: number[], keepDims: boolean) => Tensor): Operation {
  return one<Reduction>((x, { axes, keepDims }) => f(x, axes, keepDims));
}

const REDUCTIONS: Operations = {
  sum: reduction(tf.sum),
  mean: reduction(tf.mean),
  max: reduction(tf.max),
  min: reduction(tf.min),
  prod: reduction(tf.prod),
  any: reduction(tf.any),
  all: reduction(tf.all),
  logSumExp: reduction(tf.logSumExp),
  euclideanNorm: reduction((x, axes, keepDims) => tf.sqrt(tf.sum(tf.square(x), axes, keepDims))),
  variance: reduction((x, axes, keepDims) => tf.moments(x, axes, keepDims).variance),
  argMax: one<{ axis: number }>((x, a) => tf.argMax(x, a.axis)),
  argMin: one<{ axis: number }>((x, a) => tf.argMin(x, a.axis)),
  cumsum: one<Cumulative>((x, a) => tf.cumsum(x, a.axis, a.exclusive, a.reverse)),
  cumprod: one<Cumulative>((x, a) => tf.cumprod(x, a.axis, a.exclusive, a.reverse)),
  softmax: one((x) => tf.softmax(x)),
  logSoftmax: one((x) => tf.logSoftmax(x)),
};

const indices = (of: number[] | number[][]): Tensor => tf.tensor(of, undefined, 'int32');

const SHAPING: Operations = {
  reshape: one<{ shape: number[] }>((x, a) => tf.reshape(x, a.shape)),
  expandDims: one<{ axis: number }>((x, a) => tf.expandDims(x, a.axis)),
  transpose: one<{ perm: number[] }>((x, a) => tf.transpose(x, a.perm)),
  reverse: one<{ axes: number[] }>((x, a) => tf.reverse(x, a.axes)),
  slice: one<{ begin: number[]; size: number[] }>((x, a) => tf.slice(x, a.begin, a.size)),
  stridedSlice: one<{ begin: number[]; end: number[]; strides: number[]; shrink: number }>((x, a) =>
    tf.stridedSlice(x, a.begin, a.end, a.strides, 0, 0, 0, 0, a.shrink),
  ),
  concat: (inputs, { axis }: { axis: number }) => tf.concat([...inputs], axis),
  stack: (inputs, { axis }: { axis: number }) => tf.stack([...inputs], axis),
  unstack: one<{ axis: number }>((x, { axis }) => {
    const parts = tf.unstack(x, axis);
    return tf.add(parts[1] as Tensor, tf.mul(parts[2] as Tensor, 2));
  }),
  split: one<{ sizes: number | number[]; axis: number }>((x, { sizes, axis }) => {
    const parts = tf.split(x as Tensor, sizes, axis);
    return tf.mul(parts.at(-2) as Tensor, parts.at(-1) as Tensor);
  }),
  gather: one<{ indices: number[] | number[][]; axis: number }>((x, a) => tf.gather(x, indices(a.indices) as Tensor1D, a.axis)),
  gatherND: one<{ indices: number[][] }>((x, a) => tf.gatherND(x, indices(a.indices))),
  scatterND: one<{ indices: number[][]; shape: number[] }>((x, a) => tf.scatterND(indices(a.indices), x, a.shape)),
  unsortedSegmentSum: one<{ segments: number[]; count: number }>((x, a) =>
    tf.unsortedSegmentSum(x, indices(a.segments) as Tensor1D, a.count),
  ),
  tile: one<{ reps: number[] }>((x, a) => tf.tile(x, a.reps)),
  broadcastTo: one<{ shape: number[] }>((x, a) => tf.broadcastTo(x, a.shape)),
  pad: one<{ paddings: Pair[]; value: number }>((x, a) => tf.pad(x, a.paddings, a.value)),
  mirrorPad: one<{ paddings: Pair[]; mode: 'reflect' | 'symmetric' }>((x, a) => tf.mirrorPad(x, a.paddings, a.mode)),
  depthToSpace: one<{ blockSize: number }>((x, a) => tf.depthToSpace(x, a.blockSize)),
  spaceToBatchND: one<{ block: number[]; paddings: number[][] }>((x, a) => tf.spaceToBatchND(x, a.block, a.paddings)),
  batchToSpaceND: one<{ block: number[]; crops: number[][] }>((x, a) => tf.batchToSpaceND(x, a.block, a.crops)),
  oneHot: one<{ depth: number }>((x, a) => tf.oneHot(x, a.depth, 2, -1, 'float32')),
  diag: one((x) => tf.diag(x)),
  topk: one<{ k: number }>((x, a) => tf.topk(x as Tensor, a.k).values),
  fill: one<{ shape: number[]; value: number }>((x, a) => tf.mul(x, tf.fill(a.shape, a.value))),
  range: one<{ start: number; stop: number; step: number }>((x, a) => tf.mul(x, tf.range(a.start, a.stop, a.step))),
  linspace: one<{ start: number; stop: number; count: number }>((x, a) => tf.mul(x, tf.linspace(a.start, a.stop, a.count))),
};

const padding = (pad: Pad): Padded => (Array.isArray(pad) ? [[0, 0], ...pad, [0, 0]] : pad);

const CONVOLUTIONS: Operations = {
  conv2d: two<Window>((x, w, a) => tf.conv2d(x, w, a.strides, padding(a.pad), 'NHWC', a.dilations)),
  conv2dTranspose: two<Window & { shape: Tensor4D['shape'] }>((x, w, a) => tf.conv2dTranspose(x, w, a.shape, a.strides, padding(a.pad))),
  depthwiseConv2d: two<Window>((x, w, a) => tf.depthwiseConv2d(x, w, a.strides, padding(a.pad) as 'same', 'NHWC', a.dilations)),
  maxPool: one<Window & { window: Pair }>((x, a) => tf.maxPool(x, a.window, a.strides, a.pad as 'same')),
  avgPool: one<Window & { window: Pair }>((x, a) => tf.avgPool(x, a.window, a.strides, a.pad as 'same')),
  batchNorm: ([x, mean, variance, offset, scale], { varianceEpsilon }: { varianceEpsilon: number }) =>
    tf.batchNorm(x as Tensor4D, mean as Tensor1D, variance as Tensor1D, offset as Tensor1D, scale as Tensor1D, varianceEpsilon),
  resizeBilinear: one<Resizing>((x, a) => tf.image.resizeBilinear(x, a.size, a.alignCorners, a.halfPixelCenters)),
  resizeNearestNeighbor: one<Resizing>((x, a) => tf.image.resizeNearestNeighbor(x, a.size, a.alignCorners, a.halfPixelCenters)),
};

const PRODUCTS: Operations = {
  matMul: two<{ transposeA: boolean; transposeB: boolean }>((a, b, { transposeA, transposeB }) => tf.matMul(a, b, transposeA, transposeB)),
};

const conv = (x: Tensor, w: Tensor): Tensor4D => tf.conv2d(x as Tensor4D, w as Tensor4D, 1, 'same');
const rectified = (x: Tensor, w: Tensor, bias: Tensor): Tensor4D => tf.relu(tf.add<Tensor4D>(conv(x, w), bias));

const BLOCKS: Operations = {
  convBiasRelu: three(rectified),
  convBiasResidual: three((x, w, bias) => tf.add(x, tf.add(conv(x, w), bias))),
  maxPoolOfConv: two((x, w) => tf.maxPool(conv(x, w), 2, 2, 'valid')),
  meanOfConv: two((x, w) => tf.mean(conv(x, w), [1, 2])),
  upsampler: ([x, w, bias, last]) => tf.depthToSpace(conv(rectified(x as Tensor, w as Tensor, bias as Tensor), last as Tensor), 2),
  channelAttention: three((x, squeeze, excite) => tf.mul(x, tf.sigmoid(conv(tf.relu(conv(tf.mean(x, [1, 2], true), squeeze)), excite)))),
};

/** How tfjs computes the operations of the goldens, by their names. */
export const OPERATIONS: Operations = { ...ELEMENTWISE, ...REDUCTIONS, ...SHAPING, ...CONVOLUTIONS, ...PRODUCTS, ...BLOCKS };
