import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { backend_util, Mean, Sum, util, type KernelFunc, type SumAttrs, type TensorInfo } from '@tensorflow/tfjs-core';
import type { OwnKernel } from '../../kernels/register';
import { heapOf, type WasmHeap } from './module';
import { multiplyTransposed, PANEL_BYTES } from './products';

const BYTES = 4;

/** Rows added up in one run; the runs' sums are added to each other. Keeps rounding errors at those of a run, not of a whole image. */
const RUN = 128;

/** A reduction of adjacent axes: x as `[outer, reduced, inner]`. Null if the reduced axes are not adjacent or there are none. */
function adjacent(shape: readonly number[], axes: readonly number[]): { outer: number; reduced: number; inner: number } | null {
  const [first, last] = [Math.min(...axes), Math.max(...axes)];
  if (axes.length === 0 || last - first + 1 !== axes.length) return null;
  return {
    outer: util.sizeFromShape(shape.slice(0, first)),
    reduced: util.sizeFromShape(shape.slice(first, last + 1)),
    inner: util.sizeFromShape(shape.slice(last + 1)),
  };
}

/**
 * y[o, i] = sum over r of x[o, r, i] for rows of whole vectors: the product of a row of ones and a matrix. `scratch` holds four rows of
 * `inner` floats, because products come four rows at a time.
 */
function sumRows(heap: WasmHeap, ones: number, scratch: number, x: number, y: number, rows: number, inner: number): void {
  const rowBytes = inner * BYTES;
  heap.clear(scratch, 4 * rowBytes);
  for (let row = 0; row < rows; row += RUN) {
    multiplyTransposed(heap, {
      a: ones,
      aStep: 0,
      aTile: 0,
      b: x + row * rowBytes,
      bStep: rowBytes,
      bPanel: PANEL_BYTES,
      c: scratch,
      cRow: rowBytes,
      tiles: 1,
      depth: Math.min(RUN, rows - row),
      panels: inner / 4,
    });
  }
  heap.copy(y, scratch, rowBytes);
}

/** Sums over adjacent axes: those before channels (bias gradients, global pooling), and long ones at the end (losses). */
function reduction(kernelName: string, isMean: boolean): OwnKernel {
  return {
    kernelName,
    create: (stock) => (parameters) => {
      const x = parameters.inputs['x'] as TensorInfo;
      const { axis, keepDims } = parameters.attrs as unknown as SumAttrs;
      const axes = util.parseAxisParam(axis, x.shape);
      const as = adjacent(x.shape, axes);
      const alongRows = as && as.inner % 4 === 0 && as.reduced > 1;
      const alongVectors = as && as.inner === 1 && as.reduced >= 8 * RUN && as.reduced % 4 === 0;
      if (!as || x.dtype !== 'float32' || !(alongRows || alongVectors)) return (stock as KernelFunc)(parameters);
      const backend = parameters.backend as BackendWasm;
      const heap = heapOf(backend);
      const [kept] = backend_util.computeOutAndReduceShapes(x.shape, axes);
      const y = backend.makeOutput(keepDims ? backend_util.expandShapeToKeepDim(kept, axes) : kept, 'float32');
      const { outer, reduced } = as;
      // A sum along vectors first becomes one of four-element rows, whose four sums are then added.
      const [rows, inner] = alongRows ? [reduced, as.inner] : [reduced / 4, 4];
      heap.withBuffers([4, 4 * inner, outer * inner], (ones, scratch, sums) => {
        heap.floats(ones, 4).fill(1);
        for (let o = 0; o < outer; o++) {
          sumRows(heap, ones, scratch, heap.addressOf(x) + o * reduced * as.inner * BYTES, sums + o * inner * BYTES, rows, inner);
        }
        const from = heap.floats(sums, outer * inner);
        const to = heap.floats(heap.addressOf(y), outer * as.inner);
        const scale = isMean ? 1 / reduced : 1;
        const lanes = inner / as.inner;
        for (let i = 0; i < to.length; i++) {
          let total = 0;
          for (let lane = 0; lane < lanes; lane++) total += from[i * lanes + lane] as number;
          to[i] = total * scale;
        }
      });
      return y;
    },
  };
}

export const REDUCTION_KERNELS: readonly OwnKernel[] = [reduction(Sum, false), reduction(Mean, true)];
