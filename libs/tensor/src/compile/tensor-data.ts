import { tensor, type Tensor } from '@tensorflow/tfjs-core';
import { sizeOf, type Data, type Value } from './graph/value';

/** What is known of an array before it is there. */
export type Described = Pick<Value, 'type' | 'shape'>;

/** The values of a tfjs tensor. Throws if there is none, or one of another shape or type than the program's. */
export function dataOf(name: string, { type, shape }: Described, x: Tensor | undefined): Data {
  const path = name.slice(name.indexOf('/') + 1);
  if (!x) throw new Error(`compiled function called without argument ${path}`);
  if (x.shape.join() !== shape.join() || x.dtype !== type) {
    throw new Error(`argument ${path}: ${x.dtype} [${x.shape.join(', ')}], but compiled for ${type} [${shape.join(', ')}]`);
  }
  return x.dataSync<'float32'>();
}

/** A tfjs tensor of `data`, which is handed over. */
export function tensorOf(data: Data, { type, shape }: Described): Tensor {
  return tensor(data as Float32Array, [...shape], type);
}

/** Room for the values of an array. */
export function emptyData({ type, shape }: Described): Data {
  const size = sizeOf(shape);
  return type === 'float32' ? new Float32Array(size) : type === 'int32' ? new Int32Array(size) : new Uint8Array(size);
}
