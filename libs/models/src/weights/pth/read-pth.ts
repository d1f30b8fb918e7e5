import { decode } from '../decode';
import { checkFinite, elements, failFor, quote, type Fail } from '../problem';
import type { StoredTensor } from '../safetensors';
import { readArchive } from './archive';
import type { StorageBytes } from './content';
import type { StorageRef, TensorRef } from './globals';
import { readLegacy } from './legacy';
import { findStateDict } from './state-dict';

/**
 * The tensors of a PyTorch state dict (`.pth`, `.pt`, `.ckpt`) from the file's bytes, called `label` in messages: the zip format and the legacy one
 * before it. The pickle inside is evaluated by an allow-list, never executed (see `unpickle`); wrappers and prefixes of training scripts are
 * taken off (see `findStateDict`). Throws UserError in one line for a truncated or damaged file, a pickle that asks for anything but tensors,
 * a file that would take much more memory than it has bytes, and values that are NaN or infinite.
 * Source: PyTorch, torch/serialization.py (format).
 */
export function readPth(bytes: Uint8Array, label = 'PyTorch data'): Readonly<Record<string, StoredTensor>> {
  const fail = failFor(label);
  // Weights hardly compress. What a real file of zeros unpacks to still fits.
  const maxBytes = 64 * 2 ** 20 + 20 * bytes.byteLength;
  const { value, storageBytes } = isZip(bytes) ? readArchive(bytes, maxBytes, fail) : readLegacy(bytes, fail);
  const dict = findStateDict(value, fail);
  checkSizes(dict, maxBytes, fail);
  const values = cached(storageBytes);
  const tensors = [...dict].map(([name, tensor]) => {
    const data = gather(values(tensor.storage), tensor);
    checkFinite(name, data, fail);
    return [name, { dtype: tensor.storage.dtype, shape: tensor.shape, data }] as const;
  });
  return Object.fromEntries(tensors);
}

/** Whether a file starts as torch.save's do: a zip archive, or a pickle, whose first 8 bytes are no header length of a safetensors file. */
export function isPth(bytes: Uint8Array): boolean {
  return isZip(bytes) || (bytes[0] === 0x80 && bytes.subarray(4, 8).some((byte) => byte !== 0));
}

function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;
}

function checkSizes(dict: ReadonlyMap<string, TensorRef>, maxBytes: number, fail: Fail): void {
  let total = 0;
  for (const [name, { storage, offset, shape, strides }] of dict) {
    total += 4 * elements(shape);
    if (!(total <= maxBytes)) fail(`tensor ${quote(name)}: [${shape.join(', ')}] is far larger than the file`);
    const last = shape.reduce((sum, size, axis) => sum + (size - 1) * (strides[axis] as number), storage.begin + offset);
    if (elements(shape) > 0 && last >= storage.elements)
      fail(`tensor ${quote(name)}: reaches element ${last} of a storage of ${storage.elements}`);
  }
}

/** Storages as float32, each decoded once: several tensors can lie in one. */
function cached(storageBytes: StorageBytes): (storage: StorageRef) => Float32Array {
  const decoded = new Map<string, Float32Array>();
  return (storage) => {
    const key = `${storage.dtype} ${storage.key}`;
    const known = decoded.get(key);
    if (known) return known;
    const values = decode(storage.dtype, storageBytes(storage));
    decoded.set(key, values);
    return values;
  };
}

/** The tensor's elements in row-major order. */
function gather(values: Float32Array, { storage, offset, shape, strides }: TensorRef): Float32Array {
  const data = new Float32Array(elements(shape));
  const index = shape.map(() => 0);
  let at = storage.begin + offset;
  for (let i = 0; i < data.length; i++) {
    data[i] = values[at] as number;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const [size, stride] = [shape[axis] as number, strides[axis] as number];
      at += stride;
      index[axis] = (index[axis] as number) + 1;
      if ((index[axis] as number) < size) break;
      at -= size * stride;
      index[axis] = 0;
    }
  }
  return data;
}
