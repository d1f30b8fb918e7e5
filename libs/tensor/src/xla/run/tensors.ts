import type { Tensor } from '@tensorflow/tfjs-core';
import { emptyData, tensorOf, type Described } from '../../compile/tensor-data';
import type { PjrtClient } from '../pjrt/client';

/** A buffer's values as a tfjs tensor. */
export async function tensorAt(client: PjrtClient, buffer: bigint, described: Described): Promise<Tensor> {
  return tensorOf(await client.download(buffer, emptyData(described)), described);
}
