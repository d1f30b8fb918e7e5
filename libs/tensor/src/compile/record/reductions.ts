import { util } from '@tensorflow/tfjs-core';
import type { Value } from '../graph/value';
import { input, type KernelCall, type KernelRecorder, type KernelRecorders } from './call';
import { cast } from './cast';

function axesOf(call: KernelCall, name: string): number[] {
  return util.parseAxisParam(call.attrs[name] as number | number[], [...input(call, 'x').shape]);
}

/** Drops the reduced axes unless the kernel was asked to keep them. */
function dropped(call: KernelCall, reduced: Value, axes: readonly number[]): Value {
  if (call.attrs.keepDims) return reduced;
  return call.builder.reshape(
    reduced,
    reduced.shape.filter((_, axis) => !axes.includes(axis)),
  );
}

function reduction(op: string, axisName = 'axis'): KernelRecorder {
  return (call) => {
    const axes = axesOf(call, axisName);
    return dropped(call, call.builder.reduce(op, input(call, 'x'), axes), axes);
  };
}

function argReduction(op: string): KernelRecorder {
  return (call) => {
    const [axis] = axesOf(call, 'axis') as [number];
    const x = input(call, 'x');
    const shape = x.shape.map((dim, i) => (i === axis ? 1 : dim));
    const index = call.builder.node(op, [x], shape, { axis }, 'int32');
    return call.builder.reshape(
      index,
      x.shape.filter((_, i) => i !== axis),
    );
  };
}

/** Any and all of booleans: the maximum and minimum of zeros and ones. */
function booleanReduction(op: string): KernelRecorder {
  return (call) => {
    const axes = axesOf(call, 'axis');
    return cast(call.builder, dropped(call, call.builder.reduce(op, cast(call.builder, input(call, 'x'), 'int32'), axes), axes), 'bool');
  };
}

/** Kernels that reduce along axes. */
export const REDUCTIONS: KernelRecorders = {
  Sum: reduction('ReduceSum'),
  Max: reduction('ReduceMax', 'reductionIndices'),
  Min: reduction('ReduceMin'),
  Prod: reduction('ReduceProd'),
  Mean: (call) => {
    const axes = axesOf(call, 'axis');
    const x = cast(call.builder, input(call, 'x'), 'float32');
    // Not a sum times one over a number of terms, which an exported network of free size does not know.
    return dropped(call, call.builder.reduce('ReduceMean', x, axes), axes);
  },
  Cumsum: (call) => {
    const [axis] = axesOf(call, 'axis') as [number];
    const x = input(call, 'x');
    const { exclusive, reverse } = call.attrs as { exclusive: boolean; reverse: boolean };
    return call.builder.node('CumSum', [x], x.shape, { axis, exclusive, reverse });
  },
  ArgMax: argReduction('ArgMax'),
  ArgMin: argReduction('ArgMin'),
  Any: booleanReduction('ReduceMax'),
  All: booleanReduction('ReduceMin'),
  Softmax: (call) => {
    const x = input(call, 'logits');
    const dim = call.attrs.dim as number;
    return call.builder.node('Softmax', [x], x.shape, { axis: dim < 0 ? dim + x.shape.length : dim });
  },
};
