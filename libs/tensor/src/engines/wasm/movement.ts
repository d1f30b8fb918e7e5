import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import {
  backend_util,
  Concat,
  DepthToSpace,
  Reverse,
  Slice,
  slice_util,
  StridedSlice,
  Tile,
  Transpose,
  util,
  type ConcatAttrs,
  type DepthToSpaceAttrs,
  type KernelFunc,
  type ReverseAttrs,
  type SliceAttrs,
  type StridedSliceAttrs,
  type TensorInfo,
  type TileAttrs,
  type TransposeAttrs,
} from '@tensorflow/tfjs-core';
import type { OwnKernel } from '../../kernels/register';
import { heapOf } from './module';
import { rowMajor, stridedCopy } from './strided-copy';

/** One input tensor read along `shape` from element `offset` on with `strides`, written along the output from `at` on with `step`s. */
interface Move {
  readonly from: TensorInfo;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly strides: readonly number[];
  readonly at: number;
  readonly steps: readonly number[];
}

interface Movement {
  /** Shape of the output. */
  readonly shape: number[];
  readonly moves: readonly Move[];
}

/**
 * A kernel whose output holds elements of its inputs in other places. The backend's own compute the place of each element from its
 * index, or copy whole inputs first; these are loops over strides, five to a hundred times as fast. `plan` returns null for what it
 * leaves to the backend's own.
 */
function movement<A>(kernelName: string, plan: (inputs: readonly TensorInfo[], attrs: A) => Movement | null): OwnKernel {
  return {
    kernelName,
    create: (stock) => (parameters) => {
      const inputs = Object.values(parameters.inputs) as TensorInfo[];
      const { dtype } = inputs[0] as TensorInfo;
      const planned = dtype === 'string' ? null : plan(inputs, parameters.attrs as A);
      if (!planned) return (stock as KernelFunc)(parameters);
      const backend = parameters.backend as BackendWasm;
      const heap = heapOf(backend);
      const bytes = dtype === 'bool' ? 1 : 4;
      const y = backend.makeOutput(planned.shape, dtype);
      for (const { from, shape, offset, strides, at, steps } of planned.moves) {
        stridedCopy(
          heap,
          shape,
          { address: heap.addressOf(y) + bytes * at, strides: steps },
          { address: heap.addressOf(from) + bytes * offset, strides },
          bytes,
        );
      }
      return y;
    },
  };
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);

/** The whole output is one view of one input. */
function view(from: TensorInfo, shape: readonly number[], offset: number, strides: readonly number[], outShape = [...shape]): Movement {
  return { shape: outShape, moves: [{ from, shape, offset, strides, at: 0, steps: rowMajor(shape) }] };
}

const concat = movement<ConcatAttrs>(Concat, (inputs, attrs) => {
  const first = inputs[0] as TensorInfo;
  const axis = util.parseAxisParam(attrs.axis, first.shape)[0] as number;
  backend_util.assertParamsConsistent(inputs.map(({ shape }) => shape), axis); // prettier-ignore
  const lengths = inputs.map(({ shape }) => shape[axis] as number);
  const shape = first.shape.map((length, i) => (i === axis ? lengths.reduce((sum, n) => sum + n, 0) : length));
  const steps = rowMajor(shape);
  let start = 0;
  const moves = inputs.map((from, i): Move => {
    const at = start * (steps[axis] as number);
    start += lengths[i] as number;
    return { from, shape: from.shape, offset: 0, strides: rowMajor(from.shape), at, steps };
  });
  return { shape, moves };
});

const slice = movement<SliceAttrs>(Slice, ([x], attrs) => {
  const from = x as TensorInfo;
  const [begin, size] = slice_util.parseSliceParams(from as never, attrs.begin, attrs.size) as [number[], number[]];
  slice_util.assertParamsValid(from, begin, size);
  const strides = rowMajor(from.shape);
  return view(from, size, dot(begin, strides), strides);
});

const stridedSlice = movement<StridedSliceAttrs>(StridedSlice, ([x], attrs) => {
  const from = x as TensorInfo;
  const { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = attrs;
  const info = slice_util.sliceInfo(from.shape, begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask);
  if (info.isIdentity) return null;
  const shape = slice_util.computeOutShape(info.begin, info.end, info.strides);
  const steps = rowMajor(from.shape);
  return view(from, shape, dot(info.begin, steps), steps.map((step, i) => step * (info.strides[i] as number)), info.finalShape); // prettier-ignore
});

const reverse = movement<ReverseAttrs>(Reverse, ([x], attrs) => {
  const from = x as TensorInfo;
  const axes = util.parseAxisParam(attrs.dims, from.shape);
  const strides = rowMajor(from.shape);
  const offset = axes.reduce((sum, axis) => sum + ((from.shape[axis] as number) - 1) * (strides[axis] as number), 0);
  return view(from, from.shape, offset, strides.map((stride, axis) => (axes.includes(axis) ? -stride : stride))); // prettier-ignore
});

const tile = movement<TileAttrs>(Tile, ([x], { reps }) => {
  const from = x as TensorInfo;
  const strides = rowMajor(from.shape);
  const shape = from.shape.flatMap((length, axis) => [reps[axis] as number, length]);
  return view(from, shape, 0, strides.flatMap((stride) => [0, stride]), from.shape.map((length, axis) => length * (reps[axis] as number))); // prettier-ignore
});

const transpose = movement<TransposeAttrs>(Transpose, ([x], { perm }) => {
  const from = x as TensorInfo;
  const strides = rowMajor(from.shape);
  return view(from, perm.map((axis) => from.shape[axis] as number), 0, perm.map((axis) => strides[axis] as number)); // prettier-ignore
});

const depthToSpace = movement<DepthToSpaceAttrs>(DepthToSpace, ([x], { blockSize, dataFormat }) => {
  if (dataFormat !== 'NHWC') return null;
  const from = x as TensorInfo;
  const [n, h, w, channels] = from.shape as [number, number, number, number];
  const c = channels / (blockSize * blockSize);
  const [image, row, pixel] = rowMajor(from.shape) as [number, number, number, number];
  const strides = [image, row, blockSize * c, pixel, c, 1];
  return view(from, [n, h, blockSize, w, blockSize, c], 0, strides, [n, h * blockSize, w * blockSize, c]);
});

export const MOVEMENT_KERNELS: readonly OwnKernel[] = [concat, depthToSpace, reverse, slice, stridedSlice, tile, transpose];
