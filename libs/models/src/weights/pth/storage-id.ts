import { isCounts, type Fail } from '../problem';
import { Opaque, StorageRef, type Global } from './globals';

/**
 * A persistent id as torch.save writes it: `('storage', class, key, location, elements)`, in the legacy format followed by None or a view
 * `(key, begin, elements)`. The location (cpu, cuda:0) does not matter here. Throws through `fail`.
 */
export function storageOfId(id: unknown, fail: Fail): StorageRef | Opaque {
  if (!Array.isArray(id) || id[0] !== 'storage') return fail('refused: its pickle refers to something other than a storage');
  const [, storageClass, key, , elements, view = null] = id as unknown[];
  // Of complex numbers or quantised ones: no matter as long as nobody wants what is in it.
  if (storageClass instanceof Opaque) return new Opaque(storageClass.name);
  const dtype = (storageClass as Global | null | undefined)?.dtype;
  const begin = view === null ? 0 : Array.isArray(view) ? (view[1] as unknown) : undefined;
  if (dtype === undefined || typeof key !== 'string' || !isCounts([elements, begin])) return fail('its pickle describes a storage wrongly');
  return new StorageRef(key, dtype, elements as number, begin as number);
}
