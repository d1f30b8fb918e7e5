// Registers tfjs' plain JavaScript kernels.
import '@tensorflow/tfjs-backend-cpu';
import {
  BatchMatMul,
  engine,
  getKernel,
  ResizeNearestNeighbor,
  StridedSlice,
  type DataType,
  type KernelBackend,
  type NamedAttrMap,
  type NamedTensorInfoMap,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import type { Data } from '../graph/value';

/** A tensor's values outside any tfjs backend. */
export interface HostTensor {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly data: Data;
}

/**
 * Kernels that tfjs' plain JavaScript gets wrong: products of broadcast matrices and slices taken backwards, and the nearest neighbour where a position
 * comes out just below a whole number.
 */
const WRONG: ReadonlySet<string> = new Set([BatchMatMul, StridedSlice, ResizeNearestNeighbor]);

/**
 * Constant folding: what a kernel yields for constant inputs, computed once by tfjs' plain JavaScript kernels. Null if those lack
 * the kernel or get it wrong. `asList`: the kernel takes its inputs as an array.
 */
export function foldKernel(
  kernelName: string,
  inputs: Readonly<Record<string, HostTensor>>,
  asList: boolean,
  attrs: NamedAttrMap,
): HostTensor | HostTensor[] | null {
  const kernel = getKernel(kernelName, 'cpu');
  if (!kernel || WRONG.has(kernelName)) return null;
  const backend = engine().findBackend('cpu') as KernelBackend & { firstUse: boolean };
  // Its first use would print an advertisement.
  backend.firstUse = false;
  const infos: NamedTensorInfoMap = {};
  for (const [name, { shape, dtype, data }] of Object.entries(inputs)) {
    const dataId = backend.write(data, [...shape], dtype as DataType);
    infos[name] = { dataId, shape: [...shape], dtype: dtype as DataType };
  }
  const result = kernel.kernelFunc({ inputs: asList ? (Object.values(infos) as unknown as NamedTensorInfoMap) : infos, attrs, backend });
  const outputs = (Array.isArray(result) ? result : [result]) as TensorInfo[];
  const host = outputs.map(({ dataId, shape, dtype }) => ({ shape, dtype, data: typed(backend.readSync(dataId) as Data, dtype) }));
  for (const info of [...outputs, ...Object.values(infos)]) backend.disposeData((info as TensorInfo).dataId, true);
  return Array.isArray(result) ? host : (host[0] as HostTensor);
}

/** The plain JavaScript backend casts by changing the label and leaves the array as it was. */
function typed(values: Data, dtype: string): Data {
  return dtype === 'float32' ? Float32Array.from(values) : dtype === 'int32' ? Int32Array.from(values) : Uint8Array.from(values);
}
