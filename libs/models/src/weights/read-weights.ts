import { oihwToHwio } from './layout';
import { isPth, readPth } from './pth/read-pth';
import { readBytes, readSafetensors, type StoredTensor } from './safetensors';

/**
 * Every tensor of a weights file, safetensors or PyTorch by content, with its kernels HWIO: rank-4 tensors are transposed from OIHW unless the
 * metadata `layout` says that they are HWIO. Throws UserError as `readSafetensors` and `readPth` do.
 */
export function readWeights(file: string | Uint8Array, label: string): Readonly<Record<string, StoredTensor>> {
  const bytes = typeof file === 'string' ? readBytes(file) : file;
  if (isPth(bytes)) return kernelsHwio(readPth(bytes, label));
  const { tensors, metadata } = readSafetensors(bytes, label);
  return metadata.layout?.includes('HWIO') ? tensors : kernelsHwio(tensors);
}

function kernelsHwio(tensors: Readonly<Record<string, StoredTensor>>): Record<string, StoredTensor> {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, oihwToHwio(tensor)]));
}
