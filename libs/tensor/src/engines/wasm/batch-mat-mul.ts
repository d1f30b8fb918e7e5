import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { BatchMatMul, broadcast_util, util, type BatchMatMulAttrs, type KernelFunc, type TensorInfo } from '@tensorflow/tfjs-core';
import type { OwnKernel } from '../../kernels/register';
import { heapOf, type WasmHeap } from './module';
import { wholePanels } from './panels';
import { multiply, PANEL_BYTES } from './products';
import { stridedCopy, type View } from './strided-copy';

const BYTES = 4;

interface Sizes {
  readonly rows: number;
  readonly depth: number;
  readonly columns: number;
}

/** The right factor `[depth, columns]` as panels of four columns, zeros after the last. */
function toPanels(heap: WasmHeap, panels: number, from: View, { depth, columns }: Sizes): void {
  const [alongDepth = 0, alongColumns = 0] = from.strides;
  const whole = Math.floor(columns / 4);
  const rest = columns % 4;
  stridedCopy(heap, [whole, depth, 4], { address: panels, strides: [4 * depth, 4, 1] }, { address: from.address, strides: [4 * alongColumns, alongDepth, alongColumns] }); // prettier-ignore
  if (rest === 0) return;
  const last = panels + whole * 4 * depth * BYTES;
  heap.clear(last, 4 * depth * BYTES);
  stridedCopy(heap, [depth, rest], { address: last, strides: [4, 1] }, { address: from.address + whole * 4 * alongColumns * BYTES, strides: [alongDepth, alongColumns] }); // prettier-ignore
}

/** Which of a and c are as the routines want them: whole groups of four rows without gaps, c's columns whole panels too. The matrices of attention are hundreds of megabytes. */
function isDirect({ rows, columns }: Sizes, transposeA: boolean): { readonly a: boolean; readonly c: boolean } {
  return { a: !transposeA && rows % 4 === 0, c: rows % 4 === 0 && columns % 4 === 0 };
}

/** c = a b. The buffers hold a and c with whole groups of four rows where they have to be copied (address null: they have not), b in panels. */
function product(
  heap: WasmHeap,
  a: View,
  b: View,
  c: number,
  sizes: Sizes,
  [left, panels, result]: readonly [number | null, number, number | null],
): void {
  const { rows, depth, columns } = sizes;
  const width = wholePanels(columns);
  if (left !== null) stridedCopy(heap, [rows, depth], { address: left, strides: [depth, 1] }, a);
  toPanels(heap, panels, b, sizes);
  multiply(heap, {
    a: left ?? a.address,
    aRow: depth * BYTES,
    b: panels,
    bPanel: depth * PANEL_BYTES,
    c: result ?? c,
    cRow: width * BYTES,
    tiles: wholePanels(rows) / 4,
    depth,
    panels: width / 4,
  });
  if (result !== null) stridedCopy(heap, [rows, columns], { address: c, strides: [columns, 1] }, { address: result, strides: [width, 1] });
}

/**
 * c[n] = a[n] b[n], either factor transposed on request, leading axes broadcast. The backend's own runs fast only for one matrix that is
 * not transposed, and then keeps the right factor packed under its buffer's identity alone: the same data reshaped to other dimensions
 * is multiplied as if it still had the first ones.
 */
export const batchMatMul: OwnKernel = {
  kernelName: BatchMatMul,
  create: (stock) => (parameters) => {
    const { a, b } = parameters.inputs as { a: TensorInfo; b: TensorInfo };
    const { transposeA, transposeB } = parameters.attrs as unknown as BatchMatMulAttrs;
    if (a.dtype !== 'float32' || b.dtype !== 'float32') return (stock as KernelFunc)(parameters);
    const backend = parameters.backend as BackendWasm;
    const heap = heapOf(backend);
    const [aRows = 0, aColumns = 0] = a.shape.slice(-2);
    const [bRows = 0, bColumns = 0] = b.shape.slice(-2);
    const [rows, depth] = transposeA ? [aColumns, aRows] : [aRows, aColumns];
    const columns = transposeB ? bRows : bColumns;
    const [aBatch, bBatch] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
    const batch = broadcast_util.assertAndGetBroadcastShape(aBatch, bBatch);
    const c = backend.makeOutput([...batch, rows, columns], 'float32');
    const [aAt, bAt] = [broadcastIndex(batch, aBatch), broadcastIndex(batch, bBatch)];
    const direct = isDirect({ rows, depth, columns }, transposeA);
    // A buffer that is not used has one float, as an address is expected of each.
    const buffers = [
      direct.a ? 1 : wholePanels(rows) * depth,
      wholePanels(columns) * depth,
      direct.c ? 1 : wholePanels(rows) * wholePanels(columns),
    ] as const;
    heap.withBuffers(buffers, (leftBuffer, panels, resultBuffer) => {
      const addresses = [direct.a ? null : leftBuffer, panels, direct.c ? null : resultBuffer] as const;
      for (let i = 0; i < util.sizeFromShape(batch); i++) {
        const left = { address: heap.addressOf(a) + aAt(i) * rows * depth * BYTES, strides: transposeA ? [1, rows] : [depth, 1] };
        const right = { address: heap.addressOf(b) + bAt(i) * depth * columns * BYTES, strides: transposeB ? [1, depth] : [columns, 1] };
        product(heap, left, right, heap.addressOf(c) + i * rows * columns * BYTES, { rows, depth, columns }, addresses);
      }
    });
    return c;
  },
};

/** Which matrix of a factor with leading axes `own` meets matrix i of the result with leading axes `batch`. */
function broadcastIndex(batch: readonly number[], own: readonly number[]): (i: number) => number {
  const missing = batch.length - own.length;
  return (i) => {
    let [rest, index, stride] = [i, 0, 1];
    for (let axis = batch.length - 1; axis >= missing; axis--) {
      const length = own[axis - missing] as number;
      index += (length === 1 ? 0 : rest % length) * stride;
      rest = Math.floor(rest / (batch[axis] as number));
      stride *= length;
    }
    return index;
  };
}
