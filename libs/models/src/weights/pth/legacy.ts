import { bytesPerElement, type Dtype } from '../decode';
import { quote, type Fail } from '../problem';
import type { PthContent } from './content';
import { Opaque } from './globals';
import { unpickle } from './pickle';
import { storageOfId } from './storage-id';

const MAGIC_NUMBER = 0x1950a86a20f9469cfc6cn;
const PROTOCOL_VERSION = 1001;

/**
 * The format before PyTorch 1.6: pickles of a magic number, a protocol version, the machine's properties, the saved value, and the list of storage
 * keys; then for each key its number of elements (int64) and their bytes.
 */
export function readLegacy(bytes: Uint8Array, fail: Fail): PthContent {
  const noStorage = (): never => fail('not a PyTorch file (a pickle of another kind)');
  const magic = unpickle(bytes, 0, noStorage, fail);
  if (magic.value !== MAGIC_NUMBER) noStorage();
  const version = unpickle(bytes, magic.end, noStorage, fail);
  if (version.value !== PROTOCOL_VERSION) fail(`not a PyTorch file of protocol version ${PROTOCOL_VERSION}`);
  const system = unpickle(bytes, version.end, noStorage, fail);
  if (system.value instanceof Map && system.value.get('little_endian') === false) fail('big-endian, expected little-endian');

  const dtypes = new Map<string, Dtype>();
  const { value, end } = unpickle(
    bytes,
    system.end,
    (id) => {
      const storage = storageOfId(id, fail);
      if (storage instanceof Opaque) return fail(`its storage is of ${quote(storage.name)}, which is not read`);
      dtypes.set(storage.key, storage.dtype);
      return storage;
    },
    fail,
  );
  const keys = unpickle(bytes, end, noStorage, fail);
  const storages = splitStorages(bytes.subarray(keys.end), keys.value, dtypes, fail);
  return {
    value,
    storageBytes: ({ key, dtype, elements }) => {
      const data = storages.get(key) ?? fail(`storage ${quote(key)} is missing`);
      const expected = elements * bytesPerElement(dtype);
      return data.byteLength === expected ? data : fail(`storage ${quote(key)} is ${data.byteLength} bytes, expected ${expected}`);
    },
  };
}

function splitStorages(body: Uint8Array, keys: unknown, dtypes: ReadonlyMap<string, Dtype>, fail: Fail): ReadonlyMap<string, Uint8Array> {
  if (!Array.isArray(keys)) return fail('its list of storages is damaged');
  const view = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const storages = new Map<string, Uint8Array>();
  let at = 0;
  for (const key of keys as unknown[]) {
    const dtype = typeof key === 'string' ? dtypes.get(key) : undefined;
    if (typeof key !== 'string' || dtype === undefined) return fail('its list of storages is damaged');
    if (at + 8 > view.length) fail(`truncated: storage ${quote(key)} is missing`);
    const count = view.readBigInt64LE(at);
    const length = Number(count) * bytesPerElement(dtype);
    if (count < 0n || at + 8 + length > view.length)
      fail(`truncated or corrupt: storage ${quote(key)} should be ${count} elements, the file ends before`);
    storages.set(key, view.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  return storages;
}
