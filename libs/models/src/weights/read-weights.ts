import { foreignWeights } from './foreign-file';
import { oihwToHwio } from './layout';
import { failFor } from './problem';
import { isPth, readPthGroups } from './pth/read-pth';
import { readBytes, readSafetensors, type StoredTensor } from './safetensors';
import type { TensorGroup } from './tensor-group';

/**
 * The dicts of tensors in a weights file, safetensors or PyTorch by content, with their kernels HWIO: rank-4 tensors are transposed from OIHW unless the
 * metadata `layout` says that they are HWIO. Throws UserError as `readSafetensors` and `readPthGroups` do, and for files that are something else, by what they are.
 */
export function readWeights(file: string | Uint8Array, label: string): TensorGroup[] {
  const bytes = typeof file === 'string' ? readBytes(file) : file;
  const foreign = foreignWeights(bytes);
  if (foreign !== null) failFor(label)(foreign);
  if (isPth(bytes)) return readPthGroups(bytes, label).map((group) => ({ ...group, read: once(() => kernelsHwio(group.read())) }));
  const { tensors, metadata } = readSafetensors(bytes, label);
  const hwio = metadata.layout?.includes('HWIO') === true;
  return [{ key: '', names: Object.keys(tensors), read: once(() => (hwio ? { ...tensors } : kernelsHwio(tensors))) }];
}

/** A group is read in several ways, but decoded only once. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

function kernelsHwio(tensors: Readonly<Record<string, StoredTensor>>): Record<string, StoredTensor> {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, oihwToHwio(tensor)]));
}
