import { tensor, type Tensor } from '@tensorflow/tfjs-core';
import { sizeOf, type Data, type ElementType, type Value } from '../../compile/graph/value';
import type { PjrtClient } from '../pjrt/client';

/** The values of a tfjs tensor. Throws if there is none, or one of another shape or type than the program's. */
export function dataOf(name: string, { type, shape }: Pick<Value, 'type' | 'shape'>, x: Tensor | undefined): Data {
  const path = name.slice(name.indexOf('/') + 1);
  if (!x) throw new Error(`compiled function called without argument ${path}`);
  if (x.shape.join() !== shape.join() || x.dtype !== type) {
    throw new Error(`argument ${path}: ${x.dtype} [${x.shape.join(', ')}], but compiled for ${type} [${shape.join(', ')}]`);
  }
  return x.dataSync<'float32'>();
}

/** A buffer's values as a tfjs tensor. */
export async function tensorAt(client: PjrtClient, buffer: bigint, { type, shape }: Pick<Value, 'type' | 'shape'>): Promise<Tensor> {
  return tensorOf(await client.download(buffer, emptyData(type, sizeOf(shape))), { type, shape });
}

export function tensorOf(data: Data, { type, shape }: Pick<Value, 'type' | 'shape'>): Tensor {
  return tensor(data as Float32Array, [...shape], type);
}

export function emptyData(type: ElementType, size: number): Data {
  return type === 'float32' ? new Float32Array(size) : type === 'int32' ? new Int32Array(size) : new Uint8Array(size);
}
