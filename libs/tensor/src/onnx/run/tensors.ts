import { tensor, type Tensor } from '@tensorflow/tfjs-core';
import type { Tensor as OrtTensor } from 'onnxruntime-node';
import { sizeOf, type ElementType } from '../../compile/graph/value';
import type { OnnxInitializer, OnnxValue } from '../lower/model';
import { onnxRuntime } from './runtime';

/** A copy of a tfjs tensor's values, for onnxruntime. Throws if there is no tensor, or one of another shape or type than the graph's. */
export function toOrt({ name, type, shape }: OnnxValue, x: Tensor | undefined): OrtTensor {
  const path = name.slice(name.indexOf('/') + 1);
  if (!x) throw new Error(`compiled function called without argument ${path}`);
  if (x.shape.join() !== shape.join() || x.dtype !== type) {
    throw new Error(`argument ${path}: ${x.dtype} [${x.shape.join(', ')}], but compiled for ${type} [${shape.join(', ')}]`);
  }
  return ortTensor(type, x.dataSync<'float32'>(), shape);
}

/** Room for an output. */
export function emptyOrt({ type, shape }: OnnxValue): OrtTensor {
  const size = sizeOf(shape);
  return ortTensor(
    type,
    type === 'float32' ? new Float32Array(size) : type === 'int32' ? new Int32Array(size) : new Uint8Array(size),
    shape,
  );
}

/** A tfjs tensor with a copy of an output's values. */
export function fromOrt({ data }: OrtTensor, { type, shape }: { type: ElementType; shape: readonly number[] }): Tensor {
  return tensor((data as Float32Array).slice(), [...shape], type);
}

/** onnxruntime's view of `data`, not a copy. */
export function ortTensor(type: OnnxValue['type'], data: OnnxInitializer['data'], shape: readonly number[]): OrtTensor {
  const { Tensor } = onnxRuntime();
  // The constructor's overloads tie each type to its array; here both come from the same description.
  return new Tensor(type as 'float32', data as Float32Array, shape);
}
