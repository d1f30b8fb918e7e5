import { isZip } from '@distillery/data';
import { decode } from '../decode';
import { checkFinite, elements, failFor, quote, type Fail } from '../problem';
import type { StoredTensor } from '../safetensors';
import { preferredGroup, type TensorGroup } from '../tensor-group';
import { readArchive } from './archive';
import type { StorageBytes } from './content';
import { Opaque, TensorRef, type StorageRef } from './globals';
import { readLegacy } from './legacy';
import { findStateDicts } from './state-dict';

/**
 * The dicts of tensors in a PyTorch file (`.pth`, `.pt`, `.ckpt`) from its bytes, called `label` in messages: the zip format and the legacy one
 * before it. The pickle inside is evaluated, never executed (see `unpickle`). Throws UserError in one line for a truncated or damaged file, one without tensors,
 * and one that would take much more memory than it has bytes.
 * Source: PyTorch, torch/serialization.py (format).
 */
export function readPthGroups(bytes: Uint8Array, label: string): TensorGroup[] {
  const fail = failFor(label);
  // Weights hardly compress. What a real file of zeros unpacks to still fits.
  const maxBytes = 64 * 2 ** 20 + 20 * bytes.byteLength;
  const { value, storageBytes } = isZip(bytes) ? readArchive(bytes, maxBytes, fail) : readLegacy(bytes, fail);
  const dicts = findStateDicts(value);
  if (dicts.length === 0) return fail(`holds ${describeValue(value)}, expected a state dict`);
  return dicts.map(({ key, tensors }) => ({
    key,
    names: [...tensors.keys()],
    read() {
      checkSizes(tensors, maxBytes, fail);
      const values = cached(storageBytes);
      const read = [...tensors].map(([name, tensor]) => [name, stored(tensor, values)] as const);
      return Object.fromEntries(read);
    },
  }));
}

/**
 * The tensors of a PyTorch file by name: of its only state dict, or of the one that trainers mean where there are several (see `preferredGroup`). Throws
 * UserError as `readPthGroups` does, and for values that are NaN or infinite.
 */
export function readPth(bytes: Uint8Array, label = 'PyTorch data'): Readonly<Record<string, StoredTensor>> {
  const tensors = preferredGroup(readPthGroups(bytes, label), label).read();
  for (const [name, { data }] of Object.entries(tensors)) checkFinite(name, data, failFor(label));
  return withoutParallel(tensors);
}

/** What torch.nn.DataParallel puts before every name. */
const PARALLEL = 'module.';

function withoutParallel(tensors: Readonly<Record<string, StoredTensor>>): Readonly<Record<string, StoredTensor>> {
  const entries = Object.entries(tensors);
  if (!entries.every(([name]) => name.startsWith(PARALLEL))) return tensors;
  return Object.fromEntries(entries.map(([name, tensor]) => [name.slice(PARALLEL.length), tensor]));
}

function stored(tensor: TensorRef, values: (storage: StorageRef) => Float32Array): StoredTensor {
  return { dtype: tensor.storage.dtype, shape: tensor.shape, data: gather(values(tensor.storage), tensor) };
}

/** What was saved instead of a dict of tensors. */
function describeValue(value: unknown): string {
  if (value instanceof Map) return value.size === 0 ? 'an empty dict' : 'a dict without tensors';
  if (value instanceof TensorRef) return 'a single tensor';
  return value instanceof Opaque ? `an object of ${quote(value.name)}` : 'no dict';
}

/** Whether a file starts as torch.save's do: a zip archive, or a pickle of protocol 2 to 5. In a safetensors file that starts alike the header's brace follows. */
export function isPth(bytes: Uint8Array): boolean {
  const [first, protocol = 0] = bytes;
  return isZip(bytes) || (first === 0x80 && protocol >= 2 && protocol <= 5 && bytes[8] !== 0x7b);
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
