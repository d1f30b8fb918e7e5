import { unzipSync } from 'fflate';
import { bytesPerElement } from '../decode';
import { quote, type Fail } from '../problem';
import { foreignArchive } from '../foreign-file';
import type { PthContent, StorageBytes } from './content';
import { unpickle } from './pickle';
import { storageOfId } from './storage-id';

const MAX_ENTRIES = 100_000;

/**
 * The zip format (PyTorch 1.6 and later): `NAME/data.pkl` holds the pickle, `NAME/data/KEY` the bytes of each storage, stored or deflated,
 * `NAME/byteorder` says little or big. Checksums are not compared: torch.load does not either, and torch.save can be told to leave them out.
 * `maxBytes` limits what is unpacked.
 */
export function readArchive(bytes: Uint8Array, maxBytes: number, fail: Fail): PthContent {
  const { files, names } = unpack(bytes, maxBytes, fail);
  const pickles = [...files.keys()].filter((name) => /^[^/]+\/data\.pkl$/.test(name));
  if (pickles.length !== 1) fail(foreignArchive(names));
  const root = (pickles[0] as string).slice(0, -'data.pkl'.length);
  const order = files.get(`${root}byteorder`);
  if (order && Buffer.from(order).toString('latin1').trim() !== 'little') fail('big-endian, expected little-endian');
  const { value } = unpickle(files.get(`${root}data.pkl`) as Uint8Array, 0, (id) => storageOfId(id, fail), fail);
  const storageBytes: StorageBytes = ({ key, dtype, elements }) => {
    const data = files.get(`${root}data/${key}`) ?? fail(`storage ${quote(key)} is missing`);
    const expected = elements * bytesPerElement(dtype);
    return data.byteLength === expected ? data : fail(`storage ${quote(key)} is ${data.byteLength} bytes, expected ${expected}`);
  };
  return { value, storageBytes };
}

function unpack(
  bytes: Uint8Array,
  maxBytes: number,
  fail: Fail,
): { readonly files: ReadonlyMap<string, Uint8Array>; readonly names: readonly string[] } {
  let problem: string | null = null;
  let unpacked = 0;
  const names = new Set<string>();
  const refuse = (reason: string): false => {
    problem ??= reason;
    // Leaves fflate's loop at once.
    throw new RangeError(reason);
  };
  try {
    const files = unzipSync(bytes, {
      filter: ({ name, size, originalSize }) => {
        if (names.has(name)) return refuse(`a zip archive with two entries ${quote(name)}`);
        if (names.add(name).size > MAX_ENTRIES) return refuse(`a zip archive of more than ${MAX_ENTRIES} entries`);
        if (!/\/(data\.pkl|byteorder|data\/[^/]+)$/.test(name)) return false;
        unpacked += Math.max(size, originalSize);
        return unpacked <= maxBytes || refuse(`a zip archive of ${bytes.byteLength} bytes that unpacks to more than ${maxBytes}`);
      },
    });
    return { files: new Map(Object.entries(files)), names: [...names] };
  } catch {
    return fail(problem ?? 'truncated or damaged (its zip archive cannot be read)');
  }
}
