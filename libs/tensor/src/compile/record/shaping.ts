import { slice_util, util } from '@tensorflow/tfjs-core';
import type { Builder } from '../graph/builder';
import { sizeOf, type Value } from '../graph/value';
import { input, inputList, type KernelCall, type KernelRecorders } from './call';

function axisOf(call: KernelCall, x: Value, name = 'axis'): number {
  const [axis] = util.parseAxisParam(call.attrs[name] as number, [...x.shape]) as [number];
  return axis;
}

/** x cut along `axis` into pieces of the given lengths. */
function pieces(builder: Builder, x: Value, axis: number, lengths: readonly number[]): Value[] {
  let start = 0;
  return lengths.map((length) => {
    const begin = x.shape.map((_, i) => (i === axis ? start : 0));
    const size = x.shape.map((dim, i) => (i === axis ? length : dim));
    start += length;
    return builder.slice(x, begin, size);
  });
}

function pad(builder: Builder, x: Value, paddings: readonly (readonly [number, number])[], mode: string, fill: number): Value {
  const shape = x.shape.map((dim, i) => dim + (paddings[i]?.[0] ?? 0) + (paddings[i]?.[1] ?? 0));
  return builder.node('Pad', [x], shape, { before: paddings.map(([n]) => n), after: paddings.map(([, n]) => n), mode, fill });
}

/** Kernels that move elements about. */
export const SHAPING: KernelRecorders = {
  Reshape: (call) => {
    const x = input(call, 'x');
    return call.builder.reshape(x, util.inferFromImplicitShape(call.attrs.shape as number[], sizeOf(x.shape)));
  },
  ExpandDims: (call) => {
    const x = input(call, 'input');
    const dim = call.attrs.dim as number;
    const shape = [...x.shape];
    shape.splice(dim < 0 ? x.shape.length + dim + 1 : dim, 0, 1);
    return call.builder.reshape(x, shape);
  },
  Transpose: (call) => call.builder.transpose(input(call, 'x'), call.attrs.perm as number[]),
  Concat: (call) => {
    const xs = inputList(call);
    const axis = axisOf(call, xs[0] as Value);
    const filled = xs.filter((x) => x.shape[axis] !== 0);
    return filled.length === 1 ? (filled[0] as Value) : call.builder.concat(filled, axis);
  },
  Pack: (call) => {
    const xs = inputList(call);
    const rank = (xs[0] as Value).shape.length + 1;
    const axis = ((call.attrs.axis as number) + rank) % rank;
    const shape = [...(xs[0] as Value).shape];
    shape.splice(axis, 0, 1);
    return call.builder.concat(
      xs.map((x) => call.builder.reshape(x, shape)),
      axis,
    );
  },
  Unpack: (call) => {
    const x = input(call, 'value');
    const axis = axisOf(call, x);
    const shape = x.shape.filter((_, i) => i !== axis);
    return pieces(call.builder, x, axis, Array<number>(x.shape[axis] as number).fill(1)).map((piece) => call.builder.reshape(piece, shape));
  },
  SplitV: (call) => {
    const x = input(call, 'x');
    const axis = axisOf(call, x);
    const splits = call.attrs.numOrSizeSplits as number | number[];
    const length = x.shape[axis] as number;
    if (typeof splits === 'number') return pieces(call.builder, x, axis, Array<number>(splits).fill(length / splits));
    const rest = length - splits.reduce((sum, n) => (n < 0 ? sum : sum + n), 0);
    return pieces(
      call.builder,
      x,
      axis,
      splits.map((n) => (n < 0 ? rest : n)),
    );
  },
  Slice: (call) => {
    const x = input(call, 'x');
    const [begin, size] = slice_util.parseSliceParams(
      { shape: [...x.shape], dtype: x.type, dataId: {} },
      call.attrs.begin as number[],
      call.attrs.size as number[],
    );
    return call.builder.slice(x, begin as number[], size as number[]);
  },
  StridedSlice: (call) => {
    const x = input(call, 'x');
    const a = call.attrs as Record<'begin' | 'end' | 'strides', number[]> & Record<string, number>;
    const info = slice_util.sliceInfo(
      [...x.shape],
      a.begin,
      a.end,
      a.strides,
      a.beginMask as number,
      a.endMask as number,
      a.ellipsisMask as number,
      a.newAxisMask as number,
      a.shrinkAxisMask as number,
    );
    const size = slice_util.computeOutShape(info.begin, info.end, info.strides);
    return call.builder.reshape(call.builder.slice(x, info.begin, size, info.strides), info.finalShape);
  },
  Reverse: (call) => {
    const x = input(call, 'x');
    const dims = util.parseAxisParam(call.attrs.dims as number[], [...x.shape]);
    const reversed = x.shape.map((_, axis) => dims.includes(axis));
    const begin = x.shape.map((dim, axis) => (reversed[axis] ? dim - 1 : 0));
    return call.builder.slice(
      x,
      begin,
      x.shape,
      reversed.map((yes) => (yes ? -1 : 1)),
    );
  },
  PadV2: (call) => {
    const { paddings, constantValue } = call.attrs as { paddings: [number, number][]; constantValue: number };
    return pad(call.builder, input(call, 'x'), paddings, 'constant', constantValue);
  },
  MirrorPad: (call) => {
    const { paddings, mode } = call.attrs as { paddings: [number, number][]; mode: 'reflect' | 'symmetric' };
    const x = input(call, 'x');
    if (mode === 'reflect') return pad(call.builder, x, paddings, 'reflect', 0);
    // ONNX knows no padding that repeats the edge: mirrored pieces, one axis after the other.
    return paddings.reduce((current, [before, after], axis) => {
      const length = current.shape[axis] as number;
      const mirrored = (start: number, count: number): Value =>
        call.builder.slice(
          current,
          current.shape.map((_, i) => (i === axis ? start : 0)),
          current.shape.map((dim, i) => (i === axis ? count : dim)),
          current.shape.map((_, i) => (i === axis ? -1 : 1)),
        );
      const parts = [...(before ? [mirrored(before - 1, before)] : []), current, ...(after ? [mirrored(length - 1, after)] : [])];
      return parts.length === 1 ? current : call.builder.concat(parts, axis);
    }, x);
  },
  Tile: (call) => {
    const x = input(call, 'x');
    const reps = call.attrs.reps as number[];
    if (x.shape.every((dim, i) => dim === 1 || reps[i] === 1))
      return call.builder.expand(
        x,
        x.shape.map((dim, i) => dim * (reps[i] as number)),
      );
    return reps.reduce((tiled, n, axis) => (n === 1 ? tiled : call.builder.concat(Array<Value>(n).fill(tiled), axis)), x);
  },
  GatherV2: (call) => {
    const [x, indices] = [input(call, 'x'), input(call, 'indices')];
    if (call.attrs.batchDims) throw new Error('gather with batch dimensions cannot be compiled');
    const axis = axisOf(call, x);
    const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
    return call.builder.node('Gather', [x, indices], shape, { axis });
  },
  DepthToSpace: (call) => {
    const { blockSize, dataFormat } = call.attrs as { blockSize: number; dataFormat: string };
    if (dataFormat !== 'NHWC') throw new Error(`depthToSpace in data format ${dataFormat} cannot be compiled`);
    const x = input(call, 'x');
    const [n, h, w, c] = x.shape as [number, number, number, number];
    return call.builder.node('DepthToSpace', [x], [n, h * blockSize, w * blockSize, c / blockSize ** 2], { blockSize });
  },
};
