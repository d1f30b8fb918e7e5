import type { Tensor } from '@tensorflow/tfjs-core';
import type { Tensor as OrtTensor } from 'onnxruntime-node';
import { dataOf, emptyData, tensorOf, type Described } from '../../compile/tensor-data';
import type { OnnxInitializer, OnnxValue } from '../lower/model';
import { onnxRuntime } from './runtime';

/** A tfjs tensor's values, for onnxruntime. Throws if there is no tensor, or one of another shape or type than the graph's. */
export function toOrt({ name, type, shape }: OnnxValue, x: Tensor | undefined): OrtTensor {
  return ortTensor(type, dataOf(name, { type, shape } as Described, x), shape);
}

/** Room for an output. */
export function emptyOrt(described: Described): OrtTensor {
  return ortTensor(described.type, emptyData(described), described.shape);
}

/** A tfjs tensor with a copy of an output's values. */
export function fromOrt({ data }: OrtTensor, described: Described): Tensor {
  return tensorOf((data as Float32Array).slice(), described);
}

/** onnxruntime's view of `data`, not a copy. */
export function ortTensor(type: OnnxValue['type'], data: OnnxInitializer['data'], shape: readonly number[]): OrtTensor {
  const { Tensor } = onnxRuntime();
  // The constructor's overloads tie each type to its array; here both come from the same description.
  return new Tensor(type as 'float32', data as Float32Array, shape);
}
