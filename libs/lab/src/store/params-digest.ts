import { createHash } from 'node:crypto';
import type { Params } from '@distillery/tensor';

/** sha256 over names, shapes and float32 values of parameters, 64 hex digits. */
export function paramsDigest(params: Params): string {
  const digest = createHash('sha256');
  for (const name of Object.keys(params).sort()) {
    const tensor = params[name] as Params[string];
    const values = tensor.dataSync<'float32'>();
    digest.update(JSON.stringify([name, tensor.shape])).update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return digest.digest('hex');
}
